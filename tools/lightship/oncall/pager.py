"""Another system's schedule as one that can be resolved like ours: its shifts become overrides. Pure.

A snapshot older than the schedule's `max_age` is not believed, and beyond the shifts that it tells of nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.schedule import Override, Schedule
from lightship.facts.records import Observed, PagerSchedule
from lightship.oncall.people import departures
from lightship.oncall.shifts import NOBODY
from lightship.plain import relative

_REMEDY = "record its shifts with `lightship record oncall`"


@dataclass(frozen=True, slots=True)
class Resolved:
    """`schedule` says who is on call in [`since`, `until`), without bounds where None; `why` is '' where that is known.

    `source` is rotations, or the system that owns it; `observed_at` is when that system was heard from.
    """

    schedule: Schedule
    source: str = "rotations"
    observed_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    why: str = ""

    @property
    def known(self) -> bool:
        """Whether it can be said who is on call now."""
        return not self.why

    def age(self, now: datetime) -> timedelta | None:
        """How old the snapshot is; None for rotations, which are always of today."""
        return now - self.observed_at if self.observed_at else None

    def within(self, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        """The part of [start, end) of which something is known; empty where nothing is."""
        if not self.known:
            return start, start
        return max(start, self.since or start), min(end, self.until or end)

    def departures(self, people: Mapping[str, Person]) -> Mapping[str, datetime]:
        """Who of it is gone, as `people.departures`; nobody whom a pager calls, whatever the catalog says."""
        return departures(self.schedule, people) if self.source == "rotations" else NOBODY


def resolved(schedule: Schedule, observed: Observed, now: datetime, at: datetime | None = None) -> Resolved:
    """`schedule` as it can be resolved for the moment `at` (now, where absent), by what is known at `now`."""
    if schedule.source == "rotations":
        taken = observed.overrides.get(schedule.id, ())
        held = {"overrides": (*schedule.overrides, *taken)}
        return Resolved(schedule.model_copy(update=held) if taken else schedule)
    at = at or now
    pager = observed.schedules.get(schedule.id)
    if pager is None:
        return Resolved(schedule, "facts", why=f"unknown: no snapshot of its pager is here: {_REMEDY}")
    first = min((pager.observed_at, *(shift.start for shift in pager.shifts)))
    last = max((shift.end for shift in pager.shifts), default=pager.observed_at)
    heard = f"last heard from {pager.source} {relative(pager.observed_at, now)}"
    why = ""
    # Of a moment that has passed, what was said about then still holds.
    if pager.is_stale(min(now, at), schedule.max_age):
        why = f"unknown: {heard}: {_REMEDY} again"
    elif last <= at:
        why = f"unknown: {heard}, of no shift after {_utc(last)}: {_REMEDY} again"
    elif at < first:
        why = f"unknown: {pager.source} told of no shift before {_utc(first)}"
    told = schedule if why else _ours(schedule, pager)
    return Resolved(told, pager.source, pager.observed_at, first, last, why)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _ours(schedule: Schedule, pager: PagerSchedule) -> Schedule:
    """`schedule` as if its pager's shifts were written in it; what was written there counts for nothing."""
    # The pager may name people as no id of ours is written, so the overrides are not validated again.
    overrides = tuple(
        Override.model_construct(
            person=shift.person, start=shift.start, end=shift.end, reason=f"says {pager.source}"
        )
        for shift in sorted(pager.shifts, key=lambda shift: (shift.start, shift.end))
    )
    return schedule.model_copy(update={"source": "rotations", "layers": (), "overrides": overrides})
