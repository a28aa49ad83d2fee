"""Reviews in any order (A8), against a second, naive opinion of what GitHub's documentation says they mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as some
from tests.forge.town import Town
from tests.forge.world import HOUR, MINUTE, T0

from lightship.actions.question import Question, Rules, Vote
from lightship.actions.votes import last_words
from lightship.catalog.kinds.request import Request
from lightship.forge import reviews
from lightship.forge.told import Account, Pull, Review

_BEN = Account(1002, "ben", True)
_REQUEST = Request.model_validate({
    "id": "req-01kag000000000000000000000", "action": "note", "reason": "Because", "requester": "ada",
    "requested_at": T0.isoformat(), "not_after": (T0 + 24 * HOUR).isoformat(),
})  # fmt: skip
_NOBODY = Rules(None, None, {}, {}, None)


@dataclass(frozen=True)
class Said:
    """A review by somebody: what state it has now, of the right bytes or not, how many minutes after the beginning."""

    state: str
    same: bool
    minute: int
    dismissed: bool = False


_SAID = some.builds(
    Said,
    some.sampled_from(["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "PENDING"]),
    some.booleans(),
    some.integers(0, 9),
    some.booleans(),
)


def _oracle(said: list[Said], merged: int | None) -> str:
    """'approve', 'deny' or '': the last word in time; an approval counts of the right bytes and before the merge."""
    word = ""
    for one in sorted(said, key=lambda each: each.minute):
        if one.state in ("COMMENTED", "PENDING"):
            continue
        if one.dismissed:
            word = ""
        elif one.state == "CHANGES_REQUESTED":
            word = "deny"
        elif one.same and (merged is None or one.minute <= merged):
            word = "approve"
    return word


@settings(max_examples=400, deadline=None)
@given(some.lists(_SAID, max_size=8), some.none() | some.integers(0, 9))
def test_a8_reviews_in_any_order_mean_what_the_last_one_says(said: list[Said], merged: int | None) -> None:
    merged_at = None if merged is None else T0 + merged * MINUTE
    pull = Pull(7, None, 1, "main", 1, "x", "a" * 40, T0, merged_at, "", "")
    told = [
        Review(
            id=10**place,
            author=_BEN,
            state="DISMISSED"
            if one.dismissed and one.state in ("APPROVED", "CHANGES_REQUESTED")
            else one.state,
            at=T0 + one.minute * MINUTE,
            commit="same" if one.same else "other",
            text="",
        )
        for place, one in enumerate(said)
    ]
    bound = reviews.Bound("d", lambda commit: commit == "same")
    voices = reviews.votes(pull, told, bound, lambda account: account == _BEN)
    votes = tuple(Vote(each.id, "ben", each.verdict, each.at, each.digest, each.proven) for each in voices)
    question = Question(_REQUEST, "d", _NOBODY, _NOBODY, _NOBODY, votes=votes, merged_at=merged_at)
    found = last_words(question, T0 + timedelta(hours=1)).get("ben")
    assert (found.verdict if found and found.verdict != "dismissed" else "") == _oracle(said, merged)


def test_a8_a_dismissal_never_revives_and_a_no_blocks(there: Town) -> None:
    there.answers.page = 2
    id, number = there.ask()
    there.hub.review("ben", number)
    there.hub.review("cy", number, "COMMENTED")
    no = there.hub.review("ben", number, "CHANGES_REQUESTED")
    there.hub.review("cy", number, "COMMENTED")
    assert there.decide(id).state == "denied"
    there.hub.dismiss(no)
    assert there.decide(id).requirements[0].satisfied_by == ()
    there.hub.review("ben", number)
    assert [held.person for held in there.decide(id).requirements[0].satisfied_by] == ["ben"]


def test_a8_what_is_said_after_the_merge_does_not_approve(there: Town) -> None:
    id, number = there.ask()
    there.hub.merge("ben", number)
    there.hub.review("ben", number)
    assert there.decide(id).state == "pending"
    there.hub.review("cy", number, "CHANGES_REQUESTED")
    assert there.decide(id).state == "denied"
