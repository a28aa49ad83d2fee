"""A schedule as weeks of bars, so that a page draws it without computing; pure.

Offsets are those of the schedule's wall clock, in percent of the week: 09:00 lies at the same place every day, also
on the days on which the clocks change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lightship.catalog.kinds.schedule import Schedule
from lightship.oncall.localtime import instant, wall, zone
from lightship.oncall.people import roster
from lightship.oncall.shifts import NOBODY, Gap, Shift, gaps, shifts

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


class Bar(NamedTuple):
    """A shift or gap as far as a week shows it.

    `left` and `width` are percent of the week; `start` and `end` the whole of it, as the schedule's clocks show it
    (naive), known up to a week outside the calendar; `begins` and `ends` whether it does so in this week.
    """

    person: str | None
    start: datetime
    end: datetime
    left: float
    width: float
    begins: bool
    ends: bool
    is_override: bool


class Row(NamedTuple):
    """One person's bars in a week, in order."""

    person: str
    bars: tuple[Bar, ...]


class Week(NamedTuple):
    """Seven days from a Monday, a row for each person on call in them, and the gaps."""

    days: tuple[date, ...]
    rows: tuple[Row, ...]
    gaps: tuple[Bar, ...]


class Calendar(NamedTuple):
    """Weeks of a schedule in its own time zone (an IANA name)."""

    timezone: str
    weeks: tuple[Week, ...]


def calendar(
    schedule: Schedule,
    day: date,
    weeks: int = 5,
    absent: Collection[str] = (),
    leaving: Mapping[str, datetime] = NOBODY,
    until: datetime | None = None,
) -> Calendar:
    """The `weeks` that begin with the Monday of `day` or before it; `absent` and `leaving` as in `shifts.gaps`.

    From `until` on nothing is known, so that there are no gaps.
    """
    area = zone(schedule.timezone)
    monday = day - _DAY * day.weekday()
    mondays = [monday + _WEEK * number for number in range(weeks)]
    start, end = _midnight(monday - _WEEK, area), _midnight(monday + _WEEK * (weeks + 1), area)
    taken = shifts(schedule, start, end)
    holes = gaps(schedule, start, min(end, until or end), absent, leaving)
    order = {person: place for place, person in enumerate(roster(schedule))}
    return Calendar(schedule.timezone, tuple(_week(monday, taken, holes, order, area) for monday in mondays))


def _week(
    monday: date, taken: tuple[Shift, ...], holes: tuple[Gap, ...], order: Mapping[str, int], area: ZoneInfo
) -> Week:
    bars: dict[str, list[Bar]] = {}
    for bar in _bars(taken, monday, area):
        bars.setdefault(bar.person or "", []).append(bar)
    people = sorted(bars, key=lambda person: (order.get(person, len(order)), person))
    return Week(
        days=tuple(monday + _DAY * number for number in range(7)),
        rows=tuple(Row(person, tuple(bars[person])) for person in people),
        gaps=tuple(_bars(holes, monday, area)),
    )


def _bars(spans: Iterable[Shift | Gap], monday: date, area: ZoneInfo) -> list[Bar]:
    opens, closes = _midnight(monday, area), _midnight(monday + _WEEK, area)
    return [_bar(span, monday, area) for span in spans if span.start < closes and span.end > opens]


def _bar(span: Shift | Gap, monday: date, area: ZoneInfo) -> Bar:
    first = datetime.combine(monday, time())
    start, end = wall(span.start, area), wall(span.end, area)
    left, right = max(start, first), min(end, first + _WEEK)
    return Bar(
        person=span.person,
        start=start,
        end=end,
        left=round((left - first) / _WEEK * 100, 3),
        width=round(max(right - left, timedelta()) / _WEEK * 100, 3),
        begins=start >= first,
        ends=end <= first + _WEEK,
        is_override=isinstance(span, Shift) and span.origin[0] == "overrides",
    )


def _midnight(day: date, area: ZoneInfo) -> datetime:
    return instant(datetime.combine(day, time()), area)
