"""The same rotations, expanded by recurrence rules and painted on a grid of quarters of an hour for three years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

import pytest
import recurring_ical_events
from dateutil import rrule, tz
from icalendar import Calendar
from tests.oncall.rotas import WEEKDAYS, hours, layer, local, override, schedule, utc

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.schedule import Layer, Restriction, Schedule
from lightship.catalog.settings import Settings
from lightship.catalog.source import Source
from lightship.oncall import feed
from lightship.oncall.pager import Resolved
from lightship.oncall.people import roster
from lightship.oncall.shifts import gaps, shifts

START, END = utc("2026-01-01"), utc("2029-01-01")
QUARTER = timedelta(minutes=15)
QUARTERS = (END - START) // QUARTER
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
ROTATIONS: dict[str, dict[str, Any]] = {
    "weeks and nights": {
        "layers": [
            layer("abc", starts="2025-12-29"),
            layer(
                "de",
                starts="2025-11-03",
                length="2w",
                handover="22:00",
                restrictions=[hours("22:00", "06:00")],
            ),
        ]
    },
    "half days and weekends": {
        "layers": [
            layer("abcde", starts="2025-12-31", length="12h", handover="08:00"),
            layer(
                "xy",
                starts="2026-02-07",
                handover="00:00",
                restrictions=[hours("00:00", "00:00", WEEKDAYS[5:])],
            ),
        ]
    },
    "at the hour of the change": {
        "layers": [
            layer("abc", starts="2025-12-20", length="1d", handover="02:00"),
            layer(
                "de",
                starts="2026-03-01",
                ends="2027-11-07",
                length="3d",
                handover="01:45",
                restrictions=[hours("01:45", "02:15"), hours("02:30", "03:00", ["sun"])],
            ),
        ]
    },
    "six hours, office hours and stand-ins": {
        "layers": [
            layer("abcd", starts="2025-06-01", length="6h", handover="02:30"),
            layer(
                "xyz",
                starts="2026-01-05",
                length="5d",
                handover="09:00",
                restrictions=[hours("09:00", "17:30", WEEKDAYS[:5])],
            ),
        ],
        "overrides": [
            override("s", "2026-03-29T00:15", "2026-03-30T00:00"),
            override("t", "2026-03-29T06:00", "2026-03-29T07:30"),
            override("u", "2028-02-28T12:00", "2028-03-01T00:00"),
        ],
    },
}


def moment(local: datetime, zone: Any) -> datetime:
    """The first moment from which the clocks show `local`, or more; by trying every quarter of an hour."""
    if tz.datetime_exists(local, zone):
        return tz.enfold(local.replace(tzinfo=zone), fold=0).astimezone(UTC)
    tried = (local - timedelta(days=1)).replace(tzinfo=zone).astimezone(UTC)
    while tried.astimezone(zone).replace(tzinfo=None) < local:
        tried += QUARTER
    return tried


def quarter(at: datetime) -> int:
    return min(max((at - START) // QUARTER, 0), QUARTERS)


def open_quarters(parts: tuple[Restriction, ...], zone: Any) -> bytearray:
    """1 for each quarter of an hour that lies in `parts`."""
    grid = bytearray(QUARTERS)
    for part in parts:
        opens = datetime.combine(local("2025-12-28"), part.start)
        minutes = (datetime.combine(opens, part.end) - opens) // timedelta(minutes=1) % 1440 or 1440
        days = [getattr(rrule, day[:2].upper()) for day in part.days]
        for begins in rrule.rrule(rrule.WEEKLY, byweekday=days, dtstart=opens, until=local("2029-01-03")):
            first, last = moment(begins, zone), moment(begins + timedelta(minutes=minutes), zone)
            grid[quarter(first) : quarter(last)] = b"\1" * (quarter(last) - quarter(first))
    return grid


def paint(grid: list[str], turns: Layer, zone: Any) -> None:
    whole_days = turns.length % timedelta(days=1) == timedelta()
    step = (
        {"freq": rrule.DAILY, "interval": turns.length.days}
        if whole_days
        else {"freq": rrule.HOURLY, "interval": turns.length // timedelta(hours=1)}
    )
    first = datetime.combine(turns.starts, turns.handover)
    last = moment(datetime.combine(turns.ends, turns.handover), zone) if turns.ends else END
    handovers = [
        moment(local, zone) for local in rrule.rrule(dtstart=first, until=local("2029-02-01"), **step)
    ]
    allowed = open_quarters(turns.restrictions, zone) if turns.restrictions else b"\1" * QUARTERS
    for number, (begins, ends) in enumerate(pairwise(handovers)):
        for place in range(quarter(begins), quarter(min(ends, last))):
            if allowed[place]:
                grid[place] = turns.people[number % len(turns.people)]


def painted(rota: Schedule) -> list[str]:
    """The person on call in each quarter of an hour; '' for nobody."""
    grid = [""] * QUARTERS
    for turns in rota.layers:
        paint(grid, turns, tz.gettz(rota.timezone))
    for stand_in in rota.overrides:
        for place in range(quarter(stand_in.start), quarter(stand_in.end)):
            grid[place] = stand_in.person
    return grid


def spans(grid: list[str]) -> list[tuple[datetime, datetime, str]]:
    found, at = [], 0
    for person, quarters in groupby(grid):
        length = len(list(quarters))
        found.append((START + at * QUARTER, START + (at + length) * QUARTER, person))
        at += length
    return found


def joined(found: tuple[Any, ...]) -> list[tuple[datetime, datetime, str]]:
    """Shifts without their origin."""
    result: list[tuple[datetime, datetime, str]] = []
    for start, end, person, _ in found:
        if result and result[-1][1:] == (start, person):
            start = result.pop()[0]
        result.append((start, end, person))
    return result


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", ROTATIONS)
def test_shifts_and_gaps_are_those_of_the_recurrence_rules(name: str, zone: str) -> None:
    rota = _schedule(zone, ROTATIONS[name])
    expected = spans(painted(rota))
    assert joined(shifts(rota, START, END)) == [span for span in expected if span[2]]
    assert [(gap.start, gap.end) for gap in gaps(rota, START, END)] == [
        span[:2] for span in expected if not span[2]
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_our_calendars_read_by_another_library_give_the_same_three_years(zone: str) -> None:
    """Half years of calendars, subscribed to in turn, tell what the recurrence rules tell of them."""
    weekends = layer("xy", "2026-02-07", "00:00", restrictions=[hours("00:00", "00:00", WEEKDAYS[5:])])
    rota = _schedule(zone, {"layers": [layer("abc", "2025-12-29", "02:30"), weekends]})
    people = {id: Person(id=id, name=id) for id in roster(rota)}
    catalog = Catalog(
        Source("nowhere", {}, ()),
        Settings(),
        {"schedule": {rota.id: rota}, "person": dict(people)},
        frozenset(),
        (),
    )
    expected = [span for span in spans(painted(rota)) if span[2] and span[0] > START and span[1] < END]
    read: set[tuple[datetime, datetime, str]] = set()
    for month in rrule.rrule(rrule.MONTHLY, interval=6, dtstart=local("2026-01-01"), count=6):
        start = month.replace(tzinfo=UTC)
        data = feed.of_schedule(catalog, rota.id, feed.taken(Resolved(rota), people, start))
        events = recurring_ical_events.of(Calendar.from_ical(data)).between(
            start, start + timedelta(days=185)
        )
        read |= {
            (event.start.astimezone(UTC), event.end.astimezone(UTC), str(event["SUMMARY"]))
            for event in events
        }
    assert sorted(span for span in read if span[0] > START and span[1] < END) == expected


def _schedule(zone: str, fields: dict[str, Any]) -> Schedule:
    return schedule(*fields["layers"], timezone=zone, overrides=fields.get("overrides", []))
