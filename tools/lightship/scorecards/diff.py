"""What a change does to scores: two sets of outcomes under the same rules in, changes by kind out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lightship.scorecards.outcome import Outcome
from lightship.scorecards.rule import Rule
from lightship.scorecards.score import Scores


class Kind(StrEnum):
    """What sort of change it is. The first three block."""

    LEFT_PASS = "left pass"
    DELETED = "deleted"
    BELOW_ENTRY = "below the entry level"
    IMPROVED = "improved"
    RELEASED = "no longer judged"
    NEWLY_JUDGED = "judged, and does not pass"
    UNWAIVED = "waived no more"


BLOCKING = frozenset((Kind.LEFT_PASS, Kind.DELETED, Kind.BELOW_ENTRY))
NEW = "new"


@dataclass(frozen=True, slots=True)
class Change:
    """A rule's outcome for a service before and after; `old` is the service's id in the base, where it has one."""

    kind: Kind
    service: str
    old: str | None
    rule: Rule
    before: str
    after: Outcome


Reclassified = Callable[[str, str, Rule], bool]


def compared(
    before: Scores, after: Scores, old: str, new: str, reclassified: Reclassified
) -> Iterator[Change]:
    """The changes of one service, `old` in the base and `new` in the head.

    A rule that stops to apply is no regression where only the service's classification changed, which
    `reclassified(old, new, rule)` knows; else what it looked at is gone.
    """
    if before.letters[old] == after.letters[new]:
        return
    for rule in before.rulebook.rules:
        was, now = before.outcome(old, rule), after.outcome(new, rule)
        if was == now:
            continue
        kind = _kind(was, now)
        if kind is Kind.RELEASED and was == Outcome.PASS and not reclassified(old, new, rule):
            kind = Kind.LEFT_PASS
        if kind is not None and not (kind is Kind.LEFT_PASS and rule.index in before.upcoming):
            yield Change(kind, new, old, rule, was, now)


def _kind(was: Outcome, now: Outcome) -> Kind | None:
    if now == Outcome.PASS:
        return Kind.IMPROVED
    if now == Outcome.NOT_APPLICABLE:
        return Kind.RELEASED
    if now == Outcome.WAIVED:
        return None
    if was == Outcome.PASS:
        return Kind.LEFT_PASS
    if was == Outcome.NOT_APPLICABLE:
        return Kind.NEWLY_JUDGED
    return Kind.UNWAIVED if was == Outcome.WAIVED else None


def deleted(before: Scores, old: str) -> Iterator[Change]:
    """What is lost with a service: every rule that it passed."""
    for rule in before.rulebook.rules:
        if before.outcome(old, rule) == Outcome.PASS:
            yield Change(Kind.DELETED, old, old, rule, Outcome.PASS, Outcome.NO_DATA)


def below_entry(after: Scores, new: str, required: Callable[[str, str], int]) -> Iterator[Change]:
    """What keeps a new service from the level it has to come in at; `required(service, scorecard)` is its rank, or -1."""
    for card in after.rulebook.cards:
        rank = required(new, card.id)
        standing = after.standing(new, card)
        if not standing.applies or standing.rank >= rank:
            continue
        for rule in card.rules:
            outcome = after.outcome(new, rule)
            if (
                rule.rank <= rank
                and outcome in (Outcome.FAIL, Outcome.NO_DATA)
                and rule.index not in after.upcoming
            ):
                yield Change(Kind.BELOW_ENTRY, new, None, rule, NEW, outcome)
