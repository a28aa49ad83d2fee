"""Who is on call when: rotations, restrictions and overrides resolved to shifts; pure, in UTC, half-open.

Hand-overs are local wall time, so summer time never moves one. A hand-over at a local time that the clocks skip
happens when they jump; at a time that they show twice, it happens the first time. A later layer covers an earlier
one where both are on duty; overrides cover layers, and a later override covers an earlier one. A schedule of
`source: facts` has no shifts here, and no gaps: what we do not know is neither.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from lightship.catalog.kinds.schedule import Schedule
from lightship.oncall.localtime import aware, zone
from lightship.oncall.turns import Span, turns, windows

_REACHES = (timedelta(days=8), timedelta(days=50), timedelta(days=200))
NOBODY: Mapping[str, datetime] = MappingProxyType({})
_start, _end = attrgetter("start"), attrgetter("end")


class Shift(NamedTuple):
    """One person on call, UTC, half-open. `origin`: the keys of its layer or override, such as ('layers', 0)."""

    start: datetime
    end: datetime
    person: str
    origin: tuple[str, int]


class Gap(NamedTuple):
    """Nobody on call though the schedule promises somebody, UTC, half-open.

    `person` is who the schedule names all the same, and who is gone; None where it names nobody.
    """

    start: datetime
    end: datetime
    person: str | None


class Double(NamedTuple):
    """Two overrides of one schedule that name different people for the same time, UTC, half-open."""

    start: datetime
    end: datetime
    overrides: tuple[int, int]
    people: tuple[str, str]


class Clash(NamedTuple):
    """One person on call for several schedules (ids) at once, UTC, half-open."""

    start: datetime
    end: datetime
    person: str
    schedules: tuple[str, ...]


def shifts(schedule: Schedule, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """The shifts of [start, end), clipped to it, in order, without overlaps; joined where nothing changes.

    Empty for a schedule of `source: facts`. Raises ValueError where a moment has no time zone.
    """
    start, end = aware(start), aware(end)
    if schedule.source == "facts" or start >= end:
        return ()
    area = zone(schedule.timezone)
    plane: list[Shift] = []
    for number, layer in enumerate(schedule.layers):
        for turn in turns(layer, area, start, end):
            _lay(plane, Shift(*turn, ("layers", number)))
    for number, person, span in _overrides(schedule, start, end):
        _lay(plane, Shift(*span, person, ("overrides", number)))
    return tuple(_merged(plane))


def on_call(schedule: Schedule, at: datetime) -> Shift | None:
    """The shift that holds at `at`, whole up to 200 days each way; None where nobody is on call, or known to be."""
    at = aware(at)
    holding = None
    for reach in _REACHES:
        around = shifts(schedule, at - reach, at + reach)
        holding = next((shift for shift in around if shift.start <= at < shift.end), None)
        if holding is None or (holding.start > at - reach and holding.end < at + reach):
            break
    return holding


def next_shift(schedule: Schedule, at: datetime, person: str | None = None) -> Shift | None:
    """The first shift (of `person`, where given) that begins after `at`; None where none begins in 200 days."""
    at = aware(at)
    for reach in _REACHES:
        for shift in shifts(schedule, at, at + reach):
            if shift.start > at and person in (None, shift.person):
                return on_call(schedule, shift.start)
    return None


def gaps(
    schedule: Schedule,
    start: datetime,
    end: datetime,
    absent: Collection[str] = (),
    leaving: Mapping[str, datetime] = NOBODY,
) -> tuple[Gap, ...]:
    """When `coverage` promises somebody in [start, end) and nobody is on call, in order.

    Who is in `absent` is nobody; who is in `leaving` is nobody from that moment on (`people.departures`). They do not
    uncover the layer below: the schedule names them. Empty for `source: facts`. Raises ValueError where a moment has
    no time zone.
    """
    start, end = aware(start), aware(end)
    if schedule.source == "facts" or start >= end:
        return ()
    hours = schedule.coverage.hours
    promised = windows(hours, zone(schedule.timezone), start, end) if hours else [Span(start, end)]
    gone = {**leaving, **dict.fromkeys(absent, start)}
    held = list(_held(shifts(schedule, start, end), gone, end))
    return tuple(gap for span in promised for gap in _open(span, held))


def doubles(schedule: Schedule, start: datetime, end: datetime) -> tuple[Double, ...]:
    """Where two overrides name different people for the same part of [start, end), in order."""
    found = []
    placed = sorted(_overrides(schedule, aware(start), aware(end)), key=lambda item: item[2])
    for at, (number, person, span) in enumerate(placed):
        for other, another, begun in placed[at + 1 :]:
            if begun.start >= span.end:
                break
            if person != another:
                first, second = sorted(((number, person), (other, another)))
                held = (first[0], second[0]), (first[1], second[1])
                found.append(Double(begun.start, min(span.end, begun.end), *held))
    return tuple(sorted(found))


def clashes(schedules: Iterable[Schedule], start: datetime, end: datetime) -> tuple[Clash, ...]:
    """When one person is on call for two or more of `schedules` at once in [start, end), by person and time."""
    held: dict[str, list[tuple[datetime, bool, str]]] = defaultdict(list)
    for schedule in schedules:
        for shift in shifts(schedule, start, end):
            held[shift.person] += ((shift.start, True, schedule.id), (shift.end, False, schedule.id))
    return tuple(clash for person in sorted(held) for clash in _clashes(person, sorted(held[person])))


def _clashes(person: str, edges: list[tuple[datetime, bool, str]]) -> Iterator[Clash]:
    """`edges` in order of time, ends before beginnings."""
    on: set[str] = set()
    ids: tuple[str, ...] = ()
    since = edges[0][0]
    for at, (moment, begins, id) in enumerate(edges):
        (on.add if begins else on.remove)(id)
        if at + 1 < len(edges) and edges[at + 1][0] == moment:
            continue
        now = tuple(sorted(on)) if len(on) > 1 else ()
        if now != ids:
            if ids:
                yield Clash(since, moment, person, ids)
            since, ids = moment, now


def _overrides(schedule: Schedule, start: datetime, end: datetime) -> Iterator[tuple[int, str, Span]]:
    """Number, person and span of each override that touches [start, end), clipped to it, as written."""
    for number, override in enumerate(schedule.overrides):
        begins, ends = max(start, aware(override.start)), min(end, aware(override.end))
        if begins < ends:
            yield number, override.person, Span(begins, ends)


def _lay(plane: list[Shift], shift: Shift) -> None:
    """Put `shift` over what lies in `plane`, which stays in order and without overlaps."""
    first = bisect_right(plane, shift.start, key=_end)
    last = bisect_left(plane, shift.end, lo=first, key=_start)
    laid = [shift]
    if first < last:
        left, right = plane[first], plane[last - 1]
        if left.start < shift.start:
            laid.insert(0, left._replace(end=shift.start))
        if right.end > shift.end:
            laid.append(right._replace(start=shift.end))
    plane[first:last] = laid


def _merged(plane: list[Shift]) -> Iterator[Shift]:
    pending = None
    for shift in plane:
        if pending and pending.end == shift.start and pending[2:] == shift[2:]:
            pending = pending._replace(end=shift.end)
            continue
        if pending:
            yield pending
        pending = shift
    if pending:
        yield pending


def _held(taken: Iterable[Shift], gone: Mapping[str, datetime], end: datetime) -> Iterator[Gap]:
    """The spans that somebody is named for, as gaps: `person` where they are gone, None where they are there."""
    for shift in taken:
        left = gone.get(shift.person, end)
        if left > shift.start:
            yield Gap(shift.start, min(left, shift.end), None)
        if left < shift.end:
            yield Gap(max(left, shift.start), shift.end, shift.person)


def _open(promised: Span, held: list[Gap]) -> Iterator[Gap]:
    """What of `promised` is held by nobody, or by somebody who is gone."""
    reached = promised.start
    at = bisect_right(held, promised.start, key=_end)
    while at < len(held) and held[at].start < promised.end:
        start, end, person = held[at]
        if start > reached:
            yield Gap(reached, start, None)
        if person is not None:
            yield Gap(max(start, promised.start), min(end, promised.end), person)
        reached = max(reached, end)
        at += 1
    if reached < promised.end:
        yield Gap(reached, promised.end, None)
