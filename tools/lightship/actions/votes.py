"""Which votes count: the last word of each person, on these bytes, in time, by somebody who may speak. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from lightship.actions.question import Question, Rules, Vote
from lightship.catalog.kinds.person import Person
from lightship.oncall.people import left


def last_words(question: Question, now: datetime) -> Mapping[str, Vote]:
    """The last approval, denial or dismissal of each person, by (moment, id).

    Comments never count, nor does what nobody proved. An approval after the merge, or of a moment to come, is as if it
    had not been; a denial or a dismissal counts whenever it comes.
    """
    words: dict[str, Vote] = {}
    for vote in sorted(question.votes, key=lambda each: (each.at, each.id)):
        if vote.verdict == "comment" or not vote.person or not vote.verified:
            continue
        late = question.merged_at is not None and vote.at > question.merged_at
        if vote.verdict == "approve" and (late or vote.at > now):
            continue
        words[vote.person] = vote
    return words


def approvals(
    question: Question, words: Iterable[Vote], lifetime: timedelta, now: datetime
) -> tuple[Vote, ...]:
    """The approvals among `words` that saw these bytes and are not too old, in order."""
    found = [
        vote
        for vote in words
        if vote.verdict == "approve" and vote.digest == question.digest and now < vote.at + lifetime
    ]
    return tuple(sorted(found, key=lambda each: (each.at, each.id)))


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
