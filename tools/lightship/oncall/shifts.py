"""From rotations, restrictions and overrides to shifts. Pure; moments are aware, results in UTC and half-open.

Hand-overs are local wall-clock times, so summer time never moves one. A local time that does not exist, or exists
twice, means what RFC 5545 (3.3.5) says: the offset before the gap, and the first of the two.
A schedule whose `source` is `facts` has no shifts here: who is on call is not known, which is not a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from lightship.catalog.kinds.schedule import Layer, Override, Restriction, Schedule

OVERRIDE = "override"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOK_AHEAD = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until just before `end`, in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Shift(Span):
    """A span in which `person` (an id) is on duty; `origin` is 'layer 1', 'layer 2', … or 'override'."""

    person: str
    origin: str


def shifts(schedule: Schedule, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Who is on duty from `start` until `end`, in order, without overlaps. Raises ValueError for naive moments."""
    start, end = _utc(start), _utc(end)
    if schedule.source != "rotations" or start >= end:
        return ()
    zone = schedule.timezone
    duty: list[Shift] = []
    for number, layer in enumerate(schedule.layers, 1):
        duty = _cover(duty, _layer(layer, f"layer {number}", zone, start, end))
    for override in schedule.overrides:
        duty = _cover(duty, _override(override, start, end))
    return tuple(_joined(duty))


def on_call(schedule: Schedule, at: datetime) -> Shift | None:
    """The shift at `at`, cut off a quarter of a year before and after; None where nobody is on duty."""
    at = _utc(at)
    around = shifts(schedule, at - _LOOK_AHEAD, at + _LOOK_AHEAD)
    return next((shift for shift in around if shift.start <= at < shift.end), None)


def next_shift(schedule: Schedule, at: datetime) -> Shift | None:
    """The first shift that begins after `at`, within a quarter of a year."""
    at = _utc(at)
    return next((shift for shift in shifts(schedule, at, at + _LOOK_AHEAD) if shift.start > at), None)


def gaps(
    schedule: Schedule, start: datetime, end: datetime, absent: frozenset[str] = frozenset()
) -> tuple[Span, ...]:
    """When the schedule's coverage promises somebody and nobody is on duty; who is in `absent` is nobody."""
    start, end = _utc(start), _utc(end)
    if schedule.source != "rotations":
        return ()
    present = [shift for shift in shifts(schedule, start, end) if shift.person not in absent]
    return tuple(hole for promised in _promised(schedule, start, end) for hole in _without(promised, present))


def doubles(schedule: Schedule) -> tuple[tuple[int, int], ...]:
    """Pairs of indices of overrides that overlap and name different people."""
    ordered = sorted(range(len(schedule.overrides)), key=lambda index: schedule.overrides[index].start)
    found = []
    for position, first in enumerate(ordered):
        for second in ordered[position + 1 :]:
            one, other = schedule.overrides[first], schedule.overrides[second]
            if other.start >= one.end:
                break
            if one.person != other.person and other.end > one.start:
                found.append((min(first, second), max(first, second)))
    return tuple(sorted(found))


def turn_starts(layer: Layer, zone: str, start: datetime, end: datetime) -> Iterator[tuple[int, datetime]]:
    """The number of each turn that touches the span, and the local wall-clock time at which it begins."""
    origin = datetime.combine(layer.starts, layer.handover)
    local = _utc(start).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    # A day before, since the wall clock may have been turned back meanwhile.
    number = max(0, (local - timedelta(days=1) - origin) // layer.length)
    while resolve(origin + number * layer.length, zone) < end:
        yield number, origin + number * layer.length
        number += 1


@lru_cache(maxsize=65536)
def resolve(local: datetime, zone: str) -> datetime:
    """The moment (UTC) at which the wall clock of `zone` shows `local`."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def exists_once(local: datetime, zone: str) -> bool:
    """Whether the wall clock of `zone` shows `local` exactly once."""
    first, second = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return first.utcoffset() == second.utcoffset()


def _layer(layer: Layer, origin: str, zone: str, start: datetime, end: datetime) -> Iterator[Shift]:
    last = resolve(datetime.combine(layer.ends, layer.handover), zone) if layer.ends else None
    for number, local in turn_starts(layer, zone, start, end):
        begins = max(resolve(local, zone), start)
        ends = min(resolve(local + layer.length, zone), end, *([last] if last else []))
        person = layer.people[number % len(layer.people)]
        if begins < ends:
            for window in _windows(layer.restrictions, zone, begins, ends):
                yield Shift(window.start, window.end, person, origin)


def _override(override: Override, start: datetime, end: datetime) -> Iterator[Shift]:
    begins, ends = max(_utc(override.start), start), min(_utc(override.end), end)
    if begins < ends:
        yield Shift(begins, ends, override.person, OVERRIDE)


def _promised(schedule: Schedule, start: datetime, end: datetime) -> Iterator[Span]:
    merged: Span | None = None
    for window in sorted(
        _windows(schedule.coverage.hours, schedule.timezone, start, end), key=lambda w: w.start
    ):
        if merged is not None and window.start <= merged.end:
            merged = Span(merged.start, max(merged.end, window.end))
            continue
        if merged is not None:
            yield merged
        merged = window
    if merged is not None:
        yield merged


def _windows(
    restrictions: tuple[Restriction, ...], zone: str, start: datetime, end: datetime
) -> Iterator[Span]:
    """The parts of the span in which a restriction holds; all of it where there is none."""
    if not restrictions:
        yield Span(start, end)
        return
    local = ZoneInfo(zone)
    day, last = start.astimezone(local).date() - timedelta(days=1), end.astimezone(local).date()
    while day <= last:
        for restriction in restrictions:
            if _DAYS[day.weekday()] in restriction.days:
                begins, ends = _window(restriction, day, zone)
                if begins < end and ends > start:
                    yield Span(max(begins, start), min(ends, end))
        day += timedelta(days=1)


def _window(restriction: Restriction, day: date, zone: str) -> tuple[datetime, datetime]:
    next_day = timedelta(days=1 if restriction.end <= restriction.start else 0)
    return (
        resolve(datetime.combine(day, restriction.start), zone),
        resolve(datetime.combine(day + next_day, restriction.end), zone),
    )


def _cover(lower: list[Shift], upper: Iterator[Shift]) -> list[Shift]:
    """`lower` where `upper` leaves it free, and `upper`, in order."""
    above = list(upper)
    if not above:
        return lower
    free = [
        replace(shift, start=part.start, end=part.end)
        for shift in lower
        for part in (_without(shift, above) if _touches(shift, above) else (shift,))
    ]
    return sorted([*free, *above], key=lambda shift: shift.start)


def _touches(span: Span, others: list[Shift]) -> bool:
    return others[0].start < span.end and others[-1].end > span.start


def _without(span: Span, taken: list[Shift]) -> Iterator[Span]:
    """The parts of `span` that none of `taken` (in order) holds."""
    start = span.start
    for other in taken:
        if other.start >= span.end:
            break
        if other.end > start:
            if other.start > start:
                yield Span(start, other.start)
            start = max(start, other.end)
    if start < span.end:
        yield Span(start, span.end)


def _joined(duty: list[Shift]) -> Iterator[Shift]:
    waiting: Shift | None = None
    for shift in duty:
        if waiting and (waiting.end, waiting.person, waiting.origin) == (
            shift.start,
            shift.person,
            shift.origin,
        ):
            waiting = replace(waiting, end=shift.end)
            continue
        if waiting:
            yield waiting
        waiting = shift
    if waiting:
        yield waiting


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC)


def midnight(day: date, zone: str) -> datetime:
    """The moment (UTC) at which `day` begins in `zone`."""
    return resolve(datetime.combine(day, time()), zone)
