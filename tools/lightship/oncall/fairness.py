"""How on-call is shared: hours, nights and weekends of each person over a span; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from lightship.catalog.kinds.schedule import Restriction, Schedule
from lightship.oncall.localtime import aware, zone
from lightship.oncall.people import roster
from lightship.oncall.review import Stretch, stretches
from lightship.oncall.shifts import shifts
from lightship.oncall.turns import Span, windows

NIGHT = Restriction(start=time(22), end=time(6))
WEEKEND = Restriction(days=("sat", "sun"), start=time(0), end=time(0))
_HOUR = timedelta(hours=1)


class Load(NamedTuple):
    """One person's part of a span; nights (22:00 to 06:00) and weekends are those of the schedule's time zone.

    `nights` are those in which they were on call at any time, `longest` their longest time on call without a break,
    `shifts` how often it began anew, and `share` their hours by the mean of all: 1.0 is an equal part.
    """

    person: str
    hours: float
    nights: int
    night_hours: float
    weekend_hours: float
    longest: timedelta
    shifts: int
    share: float


def loads(schedule: Schedule, start: datetime, end: datetime) -> tuple[Load, ...]:
    """The load in [start, end) of everybody in the rotations or on call, the heaviest first.

    Empty for `source: facts`. Raises ValueError where a moment has no time zone.
    """
    start, end = aware(start), aware(end)
    if schedule.source == "facts":
        return ()
    held: dict[str, list[Stretch]] = {person: [] for person in roster(schedule)}
    for stretch in stretches(shifts(schedule, start, end), rest=timedelta()):
        held.setdefault(stretch.person, []).append(stretch)
    area = zone(schedule.timezone)
    nights, weekends = (windows((part,), area, start, end) for part in (NIGHT, WEEKEND))
    total = sum((_hours(spans) for spans in held.values()), 0.0)
    mean = total / len(held) if held else 0.0
    found = (_load(person, spans, nights, weekends, mean) for person, spans in held.items())
    return tuple(sorted(found, key=lambda load: (-load.hours, load.person)))


def _load(
    person: str, spans: Sequence[Stretch], nights: Sequence[Span], weekends: Sequence[Span], mean: float
) -> Load:
    hours = _hours(spans)
    dark = [_overlap(night, spans) for night in nights]
    return Load(
        person=person,
        hours=hours,
        nights=sum(part > timedelta() for part in dark),
        night_hours=sum(dark, timedelta()) / _HOUR,
        weekend_hours=sum((_overlap(weekend, spans) for weekend in weekends), timedelta()) / _HOUR,
        longest=max((span.end - span.start for span in spans), default=timedelta()),
        shifts=len(spans),
        share=hours / mean if mean else 0.0,
    )


def _hours(spans: Sequence[Stretch]) -> float:
    return sum((span.end - span.start for span in spans), timedelta()) / _HOUR


def _overlap(window: Span, spans: Sequence[Stretch]) -> timedelta:
    shared = (min(window.end, span.end) - max(window.start, span.start) for span in spans)
    return sum((part for part in shared if part > timedelta()), timedelta())
