"""The door to GitHub: what its API says of one repository, page by page to the end, as plain data. Whatever it is, is not judged here.

Raises CouldNotRun where an answer is missing: what could not be read is never taken for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

from github import BadAttributeException, GithubException
from github.Commit import Commit
from github.PullRequest import PullRequest
from github.Repository import Repository
from github.Requester import Requester

from lightship.actions.vendor import VendorError
from lightship.connectors.credentials import Secret, without
from lightship.connectors.github.client import requester
from lightship.connectors.http import Web
from lightship.errors import CouldNotRun
from lightship.forge.told import (
    Account,
    Pull,
    Push,
    Review,
    Work,
    number,
    pull_of,
    push_of,
    review_of,
    work_of,
)

TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")  # environment variables, the first one that is set
OWN_TOKEN = "LIGHTSHIP_PUSH_TOKEN"  # what workflows write to the repository with
MOST_COMMITS = 250  # of a pull request that GitHub lists, however many it has
MOST_PUSHES = 500  # to a branch that are read: a request's has one
_WRITES = frozenset(("write", "admin"))
_ABSENT = 404
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Access:
    """Which repository ('owner/name') is asked for where, with which token; None where there is none."""

    name: str
    token: Secret | None
    api: str = "https://api.github.com"


class Hub:
    """One repository at GitHub, through `web`."""

    def __init__(self, access: Access, web: Web) -> None:
        self._access = access
        self._web = web
        self._permissions: dict[Account, bool] = {}

    @cached_property
    def _requester(self) -> Requester:
        if self._access.token is None:
            raise CouldNotRun(
                f"asking GitHub for {self._access.name}: set {TOKENS[0]}, or {TOKENS[1]}; docs/github-setup.md says "
                "what it has to be allowed"
            )
        return requester(self._web, self._access.api, self._access.token, strict=False)

    @property
    def name(self) -> str:
        """'owner/name', as lightship.yaml has it."""
        return self._access.name

    @property
    def has_token(self) -> bool:
        """Whether it can be asked at all."""
        return self._access.token is not None

    @cached_property
    def me(self) -> int:
        """The numeric id of the account whose token this is."""
        with self.asking("whose token this is"):
            _, data = self._requester.requestJsonAndCheck("GET", "/user")
            return number(data["id"], "an account's id")

    @cached_property
    def repository(self) -> Repository:
        """The repository as GitHub knows it, also for what is written to it."""
        with self.asking("the repository"):
            headers, data = self._requester.requestJsonAndCheck("GET", f"/repos/{self._access.name}")
            return Repository(self._requester, headers, data, completed=True)

    @cached_property
    def id(self) -> int:
        """The repository's numeric id."""
        with self.asking("the numeric id"):
            return number(self.repository.id, "the repository's id")

    @property
    def clock(self) -> datetime | None:
        """What GitHub's own clock said at its first answer; None where it did not say."""
        try:
            return parsedate_to_datetime(str(self.repository.raw_headers.get("date", ""))).astimezone(UTC)
        except ValueError:
            return None

    def pulls_of(self, commit: str) -> tuple[Pull, ...]:
        """The pull requests that brought `commit`."""
        return self._all(
            f"the pull requests of {commit[:12]}",
            lambda: self.commit(commit).get_pulls(),
            pull_of,
        )

    def open_pulls(self, base: str) -> tuple[Pull, ...]:
        """The open pull requests for the branch `base`."""
        return self._all(
            "the open pull requests", lambda: self.repository.get_pulls(state="open", base=base), pull_of
        )

    def pulls_from(self, branch: str) -> tuple[tuple[Pull, str], ...]:
        """The pull requests from a branch of this repository with 'open' or 'closed', whatever became of them."""
        head = f"{self._access.name.partition('/')[0]}:{branch}"
        return self._all(
            f"the pull requests from {branch}",
            lambda: self.repository.get_pulls(state="all", head=head),
            lambda each: (pull_of(each), str(each.state)),
        )

    def reviews(self, number: int) -> tuple[Review, ...]:
        """The reviews of a pull request."""
        return self._all(f"the reviews of #{number}", lambda: self.pull(number).get_reviews(), review_of)

    def files(self, number: int) -> tuple[tuple[str, str], ...]:
        """The path of each file that a pull request changes, with how: 'added', 'modified', 'renamed' …"""
        return self._all(
            f"the files of #{number}",
            lambda: self.pull(number).get_files(),
            lambda each: (str(each.filename), str(each.status)),
        )

    def work(self, number: int) -> tuple[Work, ...]:
        """The commits of a pull request, no more than MOST_COMMITS."""
        return self._all(f"the commits of #{number}", lambda: self.pull(number).get_commits(), work_of)

    def pushes(self, branch: str) -> tuple[Push, ...]:
        """Who moved a branch of this repository, the newest first, also where it is gone; little more than MOST_PUSHES."""
        with self.asking(f"who pushed to {branch}"):
            found: list[Push] = []
            url: str | None = f"/repos/{self._access.name}/activity"
            parameters: dict[str, Any] | None = {"ref": f"refs/heads/{branch}", "per_page": 100}
            while url and len(found) < MOST_PUSHES:
                headers, data = self._requester.requestJsonAndCheck("GET", url, parameters=parameters)
                found += [push_of(each) for each in data]
                url, parameters = _next(str(headers.get("link", ""))), None
            return tuple(found)

    def may_write(self, account: Account) -> bool:
        """Whether `account` may write to the repository, now."""
        if account not in self._permissions:
            self._permissions[account] = self._writes(account)
        return self._permissions[account]

    def _writes(self, account: Account) -> bool:
        what = f"what {account.login} may do"
        url = f"/repos/{self._access.name}/collaborators/{quote(account.login, safe='')}/permission"
        with self.asking(what):
            try:
                _, data = self._requester.requestJsonAndCheck("GET", url)
            except GithubException as error:
                if error.status == _ABSENT:
                    return False
                raise
            same = isinstance(data.get("user"), dict) and data["user"].get("id") == account.id
            return same and data.get("permission") in _WRITES

    def commit(self, id: str) -> Commit:
        """A commit by its id, for what hangs on it; nothing is read yet."""
        url = f"{self._access.api}/repos/{self._access.name}/commits/{id}"
        return Commit(self._requester, {}, {"url": url}, completed=True)

    def pull(self, number: int) -> PullRequest:
        """A pull request by its number, for what hangs on it; nothing is read yet."""
        url = f"{self._access.api}/repos/{self._access.name}/pulls/{number}"
        return PullRequest(self._requester, {}, {"url": url}, completed=True)

    def _all(self, what: str, listing: Callable[[], Any], read: Callable[[Any], T]) -> tuple[T, ...]:
        with self.asking(what):
            return tuple(read(each) for each in listing())

    @contextmanager
    def asking(self, what: str) -> Iterator[None]:
        """Turn whatever goes wrong at GitHub into CouldNotRun that says `what` was asked for."""
        self._web.begin()
        try:
            yield
        except VendorError as error:
            raise self._trouble(what, str(error)) from None
        except GithubException as error:
            said = error.data.get("message", "") if isinstance(error.data, dict) else ""
            raise self._trouble(what, f"{error.status} {said}".strip()) from None
        except (
            BadAttributeException,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            AssertionError,
        ) as error:
            raise self._trouble(what, f"its answer makes no sense ({type(error).__name__})") from None

    def _trouble(self, what: str, why: str) -> CouldNotRun:
        line = without(why, filter(None, (self._access.token,)))[:300]
        return CouldNotRun(f"asking GitHub for {what} of {self._access.name}: {line}; nothing is decided")


def _next(link: str) -> str | None:
    """The address of the next page, by a Link header."""
    for part in link.split(","):
        address, _, relation = part.partition(";")
        if 'rel="next"' in relation:
            return address.strip().strip("<>")
    return None
