"""What GitHub tells of pull requests, as plain data. Raises ValueError or KeyError where an answer is not what GitHub documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on GitHub. Logins change hands, numeric ids never do; `is_user`: a person's account, no bot's."""

    id: int
    login: str
    is_user: bool


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request; `author` is None where the account is gone; `source` is the numeric id of the branch's repository."""

    number: int
    author: Account | None
    into: int
    base: str
    source: int
    branch: str
    head: str
    created_at: datetime
    merged_at: datetime | None
    merge_commit: str
    url: str


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody said of a pull request when it was at `commit`; `state` in GitHub's words."""

    id: int
    author: Account | None
    state: str
    at: datetime | None
    commit: str
    text: str


@dataclass(frozen=True, slots=True)
class Work:
    """A commit of a pull request: the accounts that GitHub sees behind it, and its message and addresses as written."""

    accounts: tuple[Account, ...]
    addresses: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Push:
    """That somebody moved a branch to the commit `after`."""

    by: Account | None
    after: str


def pull_of(each: Any) -> Pull:
    """A pull request, by what a list of them says."""
    source = each.head.repo
    return Pull(
        number=number(each.number, "a pull request's number"),
        author=account_of(each.user),
        into=number(each.base.repo.id, "a repository's id"),
        base=each.base.ref,
        source=source.id if source is not None else 0,
        branch=each.head.ref,
        head=each.head.sha,
        created_at=each.created_at,
        merged_at=each.merged_at,
        merge_commit=each.merge_commit_sha or "",
        url=each.html_url,
    )


def review_of(each: Any) -> Review:
    """A review."""
    return Review(
        id=number(each.id, "a review's id"),
        author=account_of(each.user),
        state=str(each.state),
        at=each.submitted_at,
        commit=each.commit_id or "",
        text=each.body or "",
    )


def work_of(each: Any) -> Work:
    """A commit of a pull request."""
    accounts = tuple(found for one in (each.author, each.committer) if (found := account_of(one)))
    raw = each.commit
    addresses = tuple(one.email or "" for one in (raw.author, raw.committer) if one is not None)
    return Work(accounts, addresses, raw.message or "")


def push_of(each: Mapping[str, Any]) -> Push:
    """A push, by the repository's activity."""
    actor = each["actor"]
    by = None
    if actor is not None:
        by = Account(number(actor["id"], "an account's id"), str(actor["login"]), actor["type"] == "User")
    return Push(by, str(each["after"]))


def account_of(user: Any) -> Account | None:
    """Who it is; None where the account is gone, or the answer says nothing of it."""
    if user is None or user.id is None:
        return None
    login = str(user.login)
    return Account(number(user.id, "an account's id"), login, user.type == "User" and "[bot]" not in login)


def number(found: Any, what: str) -> int:
    """`found` as an id."""
    if not isinstance(found, int) or isinstance(found, bool) or found <= 0:
        raise ValueError(f"{what} is no number")
    return found
