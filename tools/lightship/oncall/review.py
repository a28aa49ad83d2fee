"""What a schedule's keeper should hear of in time: overlong stretches, rotations that end, clocks that change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from lightship.catalog.kinds.schedule import Layer, Restriction, Schedule
from lightship.oncall.localtime import Transition, aware, instant, transitions, wall, zone
from lightship.oncall.shifts import Shift, shifts
from lightship.oncall.turns import WEEKDAYS, first_handover, last_handover

REST = timedelta(days=1)
_DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """One person on call again and again without a rest, UTC, half-open."""

    start: datetime
    end: datetime
    person: str


class Edge(NamedTuple):
    """A local time of the schedule that falls into a change of the clocks.

    `keys` lead to it in the file; `local` is naive; `at` (UTC) is when it is taken to be.
    """

    keys: tuple[str | int, ...]
    local: datetime
    kind: Literal["skipped", "twice"]
    at: datetime


def stretches(taken: Iterable[Shift], rest: timedelta = REST) -> tuple[Stretch, ...]:
    """The shifts of each person, made one where less than `rest` lies between them; in order of their start.

    A rest of zero joins only what touches.
    """
    last: dict[str, Stretch] = {}
    done = []
    for shift in taken:
        before = last.get(shift.person)
        if before and (shift.start - before.end < rest or shift.start == before.end):
            last[shift.person] = before._replace(end=max(before.end, shift.end))
            continue
        if before:
            done.append(before)
        last[shift.person] = Stretch(shift.start, shift.end, shift.person)
    return tuple(sorted([*done, *last.values()]))


def overlong(schedule: Schedule, start: datetime, end: datetime) -> tuple[Stretch, ...]:
    """Stretches that touch [start, end) and run for more than `coverage.max_days`, by the schedule's own clocks.

    They are known up to `max_days` and a day beyond the span, and clipped there.
    """
    start, end = aware(start), aware(end)
    area, limit = zone(schedule.timezone), timedelta(days=schedule.coverage.max_days)
    margin = limit + _DAY
    return tuple(
        stretch
        for stretch in stretches(shifts(schedule, start - margin, end + margin))
        if stretch.start < end
        and stretch.end > start
        and wall(stretch.end, area) - wall(stretch.start, area) > limit
    )


def expiry(schedule: Schedule) -> datetime | None:
    """The UTC moment of the last hand-over of all layers; None where one goes on, or where there are none."""
    area = zone(schedule.timezone)
    ends = [last_handover(layer, area) for layer in schedule.layers]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def edges(schedule: Schedule, start: datetime, end: datetime) -> tuple[Edge, ...]:
    """Hand-overs and hours of the schedule that fall, in [start, end), into times that the clocks skip or show twice.

    Raises ValueError where a moment has no time zone.
    """
    area = zone(schedule.timezone)
    found: list[Edge] = []
    for change in transitions(area, aware(start), aware(end)):
        for keys, local in _local_times(schedule, change, area):
            found.append(Edge(keys, local, change.kind, instant(local, area)))
    return tuple(found)


def _local_times(
    schedule: Schedule, change: Transition, area: ZoneInfo
) -> Iterator[tuple[tuple[str | int, ...], datetime]]:
    for number, layer in enumerate(schedule.layers):
        last = last_handover(layer, area)
        if last is not None and last < change.at:
            continue
        if handover := _handover(layer, change):
            yield ("layers", number, "handover"), handover
        for place, part in enumerate(layer.restrictions):
            for key, local in _hours(part, change):
                yield ("layers", number, "restrictions", place, key), local
    for place, part in enumerate(schedule.coverage.hours):
        for key, local in _hours(part, change):
            yield ("coverage", "hours", place, key), local


def _handover(layer: Layer, change: Transition) -> datetime | None:
    base = first_handover(layer)
    number = max(0, -((base - change.first) // layer.length))
    local = base + number * layer.length
    return local if change.first <= local < change.last else None


def _hours(part: Restriction, change: Transition) -> Iterator[tuple[str, datetime]]:
    runs_over = part.end <= part.start
    for key, clock, later in (("start", part.start, False), ("end", part.end, runs_over)):
        local = _falls(clock, change)
        if local and WEEKDAYS[(local - _DAY * later).weekday()] in part.days:
            yield key, local


def _falls(clock: time, change: Transition) -> datetime | None:
    """The first day's `clock` that lies among the local times of `change`."""
    local = datetime.combine(change.first.date(), clock)
    if local < change.first:
        local += _DAY
    return local if local < change.last else None
