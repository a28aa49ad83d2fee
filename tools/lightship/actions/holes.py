"""What a rehearsal found missing, and when: joined, grouped by cause, and compared with what was missing before. Pure.

Moments are UTC, spans half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

What = Literal["answer", "approval", "runbook", "escalation"]
WHATS: tuple[What, ...] = ("answer", "escalation", "approval", "runbook")
TITLES: Mapping[What, str] = {
    "answer": "nobody answers",
    "escalation": "the escalation does not end at a leader who can be called",
    "approval": "nobody else may approve",
    "runbook": "no runbook can be relied on",
}


class Gap(NamedTuple):
    """One thing that an incident on `service` would not find in [start, end). `subject`: the action that nobody may approve."""

    service: str
    what: What
    subject: str
    why: str
    fix: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Hole:
    """The same lack at one or more times: what would close one of them closes all. `subjects` are actions, else none."""

    service: str
    what: What
    why: str
    fix: str
    subjects: tuple[str, ...]
    spans: tuple[tuple[datetime, datetime], ...]

    @property
    def hours(self) -> float:
        """How long it is open, together."""
        return sum((end - start).total_seconds() for start, end in self.spans) / 3600


def opened(before: Iterable[Gap], after: Iterable[Gap]) -> tuple[Gap, ...]:
    """What of `after` was not missing `before`, whatever the reason was then."""
    known: dict[tuple[str, str, str], list[Gap]] = {}
    for gap in before:
        known.setdefault(gap[:3], []).append(gap)
    return tuple(part for gap in after for part in _without(gap, known.get(gap[:3], ())))


def holes(gaps: Iterable[Gap]) -> tuple[Hole, ...]:
    """`gaps` of one cause as one, by service; those of nobody answering first."""
    spans: dict[tuple[str, What, str, str, str], list[tuple[datetime, datetime]]] = {}
    for gap in gaps:
        spans.setdefault(gap[:5], []).append((gap.start, gap.end))
    together: dict[tuple[str, What, str, str, tuple[tuple[datetime, datetime], ...]], list[str]] = {}
    for (service, what, subject, why, fix), found in spans.items():
        together.setdefault((service, what, why, fix, tuple(found)), []).append(subject)
    made = [
        Hole(service, what, why, fix, tuple(filter(None, subjects)), found)
        for (service, what, why, fix, found), subjects in together.items()
    ]
    return tuple(sorted(made, key=lambda hole: (hole.service, WHATS.index(hole.what), hole.spans, hole.why)))


def joined(gaps: Iterable[Gap]) -> Iterator[Gap]:
    """Neighbours in time with the same reason as one."""
    pending: dict[tuple[str, ...], Gap] = {}
    done = []
    for gap in gaps:
        before = pending.get(gap[:5])
        if before and before.end == gap.start:
            pending[gap[:5]] = before._replace(end=gap.end)
            continue
        if before:
            done.append(before)
        pending[gap[:5]] = gap
    yield from sorted(
        [*done, *pending.values()], key=lambda gap: (gap.start, WHATS.index(gap.what), gap.subject)
    )


def _without(gap: Gap, known: Iterable[Gap]) -> Iterator[Gap]:
    """What of `gap` none of `known` covers."""
    start = gap.start
    for other in sorted(known, key=lambda each: each.start):
        if other.end <= start or other.start >= gap.end:
            continue
        if other.start > start:
            yield gap._replace(start=start, end=other.start)
        start = max(start, other.end)
    if start < gap.end:
        yield gap._replace(start=start)
