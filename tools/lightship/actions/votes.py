"""Which votes count: the last word of each person, on these bytes, in time, by somebody who may speak. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from lightship.actions.question import Question, Rules, Vote
from lightship.catalog.kinds.person import Person
from lightship.oncall.people import left


def last_words(question: Question, now: datetime) -> Mapping[str, Vote]:
    """The last approval, denial or dismissal of each person, by (moment, id).

    Comments never count, nor does what nobody proved. An approval of other bytes, after the merge, or of a moment to come
    is as if it had not been, so that it clears no denial either. Denials and dismissals count whenever they come, whatever
    they saw.
    """
    words: dict[str, Vote] = {}
    for vote in sorted(question.votes, key=lambda each: (each.at, each.id)):
        if vote.verdict == "comment" or not vote.person or not vote.verified:
            continue
        if vote.verdict == "approve" and not _timely(question, vote, now):
            continue
        words[vote.person] = vote
    return words


def _timely(question: Question, vote: Vote, now: datetime) -> bool:
    """Whether an approval is of these bytes, not later than the merge, and not of a moment to come."""
    late = question.merged_at is not None and vote.at > question.merged_at
    return vote.digest == question.digest and not late and vote.at <= now


def approvals(words: Iterable[Vote], lifetime: timedelta, now: datetime) -> tuple[Vote, ...]:
    """The approvals among `words` that are not too old, the newest first."""
    found = [vote for vote in words if vote.verdict == "approve" and now - vote.at < lifetime]
    return tuple(sorted(found, key=lambda each: (each.at, each.id), reverse=True))


def excluded(question: Question) -> frozenset[str]:
    """Who may not approve: who asks, who gets it, and everybody who had a hand in the bytes."""
    return frozenset((question.request.requester, question.request.beneficiary, *question.involved))


def works(rules: Rules, person: str, at: datetime) -> bool:
    """Whether `rules` know `person` as somebody who works here at `at`."""
    found = rules.people.get(person)
    return found is not None and is_active(found, at)


def is_active(person: Person, at: datetime) -> bool:
    """Whether somebody works here at `at`; a last day ends at midnight in their own time zone."""
    gone = left(person)
    return gone is None or at < gone


def later(moment: datetime, span: timedelta) -> datetime:
    """`span` after `moment`; the end of all time where no calendar goes so far."""
    try:
        return moment + span
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
