"""Who said what on GitHub, as voices, and who had a hand in a request. Pure: what bytes a commit held is asked of the caller."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lightship.actions.question import Verdict
from lightship.forge.base import Voice
from lightship.forge.told import Account, Pull, Push, Review, Work

_VERDICTS: Mapping[str, Verdict] = {
    "APPROVED": "approve",
    "CHANGES_REQUESTED": "deny",
    "DISMISSED": "dismissed",
    "COMMENTED": "comment",
}
_CO_AUTHOR = re.compile(r"^[ \t]*co-authored-by:.*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
_NO_REPLY = re.compile(r"(?:(\d+)\+)?([^@+]+)@users\.noreply\.github\.com")
_MOST_WORDS = 500


@dataclass(frozen=True)
class Bound:
    """What counts: the `digest` of the bytes, and whether a commit held just these, as a plain file in the same place."""

    digest: str
    held: Callable[[str], bool]


def votes(
    pull: Pull, reviews: Iterable[Review], bound: Bound, may_write: Callable[[Account], bool]
) -> Iterator[Voice]:
    """A voice for each review by somebody; an approval is proven where a person gave it who may write, now.

    GitHub keeps the moment of a review that was dismissed, so that its dismissal revives nothing that was said before.
    """
    for review in reviews:
        verdict = _VERDICTS.get(review.state)
        if verdict is None or review.author is None or review.at is None:
            continue
        same = verdict != "comment" and bound.held(review.commit)
        proven = review.author.is_user
        if proven and verdict == "approve":
            timely = pull.merged_at is None or review.at <= pull.merged_at
            proven = same and timely and may_write(review.author)
        yield Voice(
            id=f"{review.id:020d}",
            identity=f"github:{review.author.id}",
            verdict=verdict,
            at=review.at,
            digest=bound.digest if same else "",
            proven=proven,
            reason=review.text[:_MOST_WORDS],
        )


def asker(pull: Pull, pushes: Iterable[Push], bound: Bound) -> Voice | None:
    """Who opened the pull request: they ask for the bytes that they pushed themselves, and for no others."""
    author = pull.author
    if author is None:
        return None
    own = dict.fromkeys(push.after for push in pushes if push.by is not None and push.by.id == author.id)
    same = any(bound.held(commit) for commit in own)
    return Voice(
        id=f"{pull.number:020d}",
        identity=f"github:{author.id}",
        verdict="comment",
        at=pull.created_at,
        digest=bound.digest if same else "",
        proven=author.is_user,
    )


def involved(pull: Pull, work: Iterable[Work], pushes: Iterable[Push]) -> tuple[str, ...]:
    """Identities of who opened it, wrote, committed or pushed: by number, login and address, whoever says so."""
    accounts = [pull.author, *(push.by for push in pushes)]
    addresses: list[str] = []
    for each in work:
        accounts += each.accounts
        addresses += [*each.addresses, *_CO_AUTHOR.findall(each.message)]
    found = {identity for account in accounts if account for identity in _of_account(account)}
    found |= {identity for address in addresses if address for identity in _of_address(address)}
    return tuple(sorted(found))


def _of_account(account: Account) -> Iterator[str]:
    yield f"github:{account.id}"
    yield f"login:{account.login.lower()}"


def _of_address(address: str) -> Iterator[str]:
    address = address.strip().lower()
    yield f"email:{address}"
    if private := _NO_REPLY.fullmatch(address):
        yield f"login:{private[2]}"
        if private[1]:
            yield f"github:{int(private[1])}"
