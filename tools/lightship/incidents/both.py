"""What two clones did about the same thing while neither knew of the other. Pure.

The journal keeps both, and the fold says what counts; people should know that it happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from lightship.incidents import events
from lightship.incidents.events import Event
from lightship.journal.entry import Entry

CLAIM = (".claimed", "claim")  # kinds that end so give their subject to one alone
_NEAR = timedelta(hours=2)  # two declarations of the same service that are this near may be one incident
_VERBS = {
    events.Acknowledged: "acknowledged",
    events.Mitigated: "mitigated",
    events.Resolved: "resolved",
    events.Closed: "closed",
    events.Reopened: "reopened",
}
_Told = Sequence[tuple[Entry, Event]]


@dataclass(frozen=True, slots=True)
class Both:
    """What both sides did about `subject`, with the ids of the entries of either."""

    subject: str
    what: str
    message: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]


def both(ours: Sequence[Entry], theirs: Sequence[Entry]) -> tuple[Both, ...]:
    """Where entries of two sides, written since they parted, say or claim the same, or gainsay each other."""
    found: list[Both] = []
    mine, others = _by_subject(ours), _by_subject(theirs)
    for subject in sorted(mine.keys() & others.keys()):
        found += _claims(subject, mine[subject], others[subject])
        found += _incident(subject, _told(mine[subject]), _told(others[subject]))
    found += _declared(_told(ours), _told(theirs))
    return tuple(found)


def _by_subject(entries: Sequence[Entry]) -> Mapping[str, list[Entry]]:
    grouped: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        grouped[entry.subject].append(entry)
    return grouped


def _told(entries: Sequence[Entry]) -> _Told:
    return [(entry, event) for entry in entries if (event := events.read(entry)) is not None]


def _claims(subject: str, ours: Sequence[Entry], theirs: Sequence[Entry]) -> Iterator[Both]:
    """Claims, and hand-overs of the same shift."""
    for one in ours:
        for other in theirs:
            if one.kind != other.kind or one.id == other.id:
                continue
            shift = (one.data.get("from"), one.data.get("to"))
            accepted = one.kind == "handover.accepted" and shift == (
                other.data.get("from"),
                other.data.get("to"),
            )
            if one.kind.endswith(CLAIM) or accepted:
                yield _both(subject, "accepted" if accepted else "claimed", one, other)


def _incident(subject: str, ours: _Told, theirs: _Told) -> Iterator[Both]:
    for kind, verb in _VERBS.items():
        mine, others = (
            [entry for entry, event in side if isinstance(event, kind)] for side in (ours, theirs)
        )
        if mine and others:
            yield _both(subject, verb, mine[0], others[0])
    here, there = _set(ours), _set(theirs)
    for name in sorted(here.keys() & there.keys()):
        (one, value), (other, value_of_other) = here[name], there[name]
        if value != value_of_other:
            yield Both(
                subject,
                name,
                f"{name} is {value or 'nobody'} by {one.by.label} here, and {value_of_other or 'nobody'} by "
                f"{other.by.label} there",
                (one.id,),
                (other.id,),
            )


def _set(told: _Told) -> Mapping[str, tuple[Entry, str]]:
    """What was last set to which value: severity, title, roles, milestones that were corrected, states of follow-ups."""
    found: dict[str, tuple[Entry, str]] = {}
    for entry, event in told:
        if isinstance(event, events.Updated):
            if event.severity:
                found["severity"] = (entry, event.severity)
            found |= {f"the role {role}": (entry, person) for role, person in event.roles.items()}
        elif isinstance(event, events.Corrected):
            if event.title:
                found["the title"] = (entry, event.title)
            if event.milestone:
                found[f"the moment {event.milestone}"] = (entry, str(event.at or "never"))
        elif isinstance(event, events.FollowedUp):
            found[f"the follow-up {event.id}"] = (entry, event.title or event.state)
    return found


def _declared(ours: _Told, theirs: _Told) -> Iterator[Both]:
    """Two incidents of the same service that may be one."""
    for one, mine in ours:
        for other, others in theirs:
            if not (isinstance(mine, events.Declared) and isinstance(others, events.Declared)):
                continue
            shared = sorted(set(mine.services) & set(others.services))
            apart = abs((mine.at or one.recorded_at) - (others.at or other.recorded_at))
            if shared and one.subject != other.subject and apart <= _NEAR and mine.drill == others.drill:
                yield Both(
                    one.subject,
                    "declared",
                    f"{one.subject} was declared by {one.by.label} here, and {other.subject} by {other.by.label} there, "
                    f"both for {', '.join(shared)}: if they are one, "
                    f"`lightship incident close {other.subject} --duplicate-of {one.subject}`",
                    (one.id,),
                    (other.id,),
                )


def _both(subject: str, verb: str, one: Entry, other: Entry) -> Both:
    message = f"{verb} by {one.by.label} here, and by {other.by.label} there"
    return Both(subject, verb, message, (one.id,), (other.id,))
