"""A layer's turns and its hours on duty, reached by arithmetic: the cost is that of the span, not of its age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lightship.catalog.kinds.schedule import Layer, Restriction
from lightship.oncall.localtime import instant, wall

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)


class Span(NamedTuple):
    """A stretch of time, UTC, half-open."""

    start: datetime
    end: datetime


class Turn(NamedTuple):
    """One person's part of a span in a layer, UTC, half-open."""

    start: datetime
    end: datetime
    person: str


def first_handover(layer: Layer) -> datetime:
    """The local time (naive) at which the first turn begins; turn n begins n lengths later on the wall clock."""
    return datetime.combine(layer.starts, layer.handover)


def last_handover(layer: Layer, area: ZoneInfo) -> datetime | None:
    """The UTC moment from which nobody is on duty any more; None for a layer without an end."""
    return instant(datetime.combine(layer.ends, layer.handover), area) if layer.ends else None


def turns(layer: Layer, area: ZoneInfo, start: datetime, end: datetime) -> list[Turn]:
    """Who is on duty in [start, end) (UTC) by this layer alone; in order, without overlaps."""
    last = last_handover(layer, area)
    taken = _taken(layer, area, start, min(end, last) if last else end)
    if not layer.restrictions:
        return list(taken)
    return list(_within(taken, windows(layer.restrictions, area, start, end)))


def windows(hours: Sequence[Restriction], area: ZoneInfo, start: datetime, end: datetime) -> list[Span]:
    """The parts of [start, end) (UTC) that lie in any of `hours`; in order, joined where they touch."""
    found = []
    for part in hours:
        weekdays = {WEEKDAYS.index(day) for day in part.days}
        runs_over = _DAY if part.end <= part.start else timedelta()
        day, last = (wall(start, area) - _DAY).date(), (wall(end, area) + _DAY).date()
        while day <= last:
            if day.weekday() in weekdays:
                opens = max(start, instant(datetime.combine(day, part.start), area))
                closes = min(end, instant(datetime.combine(day, part.end) + runs_over, area))
                if opens < closes:
                    found.append(Span(opens, closes))
            day += _DAY
    return joined(found)


def joined(spans: Sequence[Span]) -> list[Span]:
    """`spans` in order, made one where they touch or overlap."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def _taken(layer: Layer, area: ZoneInfo, start: datetime, end: datetime) -> Iterator[Turn]:
    base, length, people = first_handover(layer), layer.length, layer.people
    if len(people) == 1:  # their turns are one, however many
        first = max(instant(base, area), start)
        if first < end:
            yield Turn(first, end, people[0])
        return
    # The clocks have passed this local time, so the turn has begun; where they were set back it may be over already.
    number = max(0, (wall(start, area) - base) // length)
    begins = instant(base + number * length, area)
    while begins < end:
        number += 1
        ends = instant(base + number * length, area)
        if ends > start and ends > begins:
            yield Turn(max(begins, start), min(ends, end), people[(number - 1) % len(people)])
        begins = ends


def _within(taken: Iterator[Turn], open_hours: Sequence[Span]) -> Iterator[Turn]:
    at = 0
    for turn in taken:
        while at < len(open_hours) and open_hours[at].end <= turn.start:
            at += 1
        for number in range(at, len(open_hours)):
            window = open_hours[number]
            if window.start >= turn.end:
                break
            yield Turn(max(window.start, turn.start), min(window.end, turn.end), turn.person)
