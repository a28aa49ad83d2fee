"""Calendars that other programs subscribe to: a schedule's shifts, and a person's. Pure.

iCalendar (RFC 5545), every moment in UTC. The same shifts give the same bytes: an event keeps its UID as long as its
schedule, person and beginning stay, and its DTSTAMP is its beginning, so that nothing changes with the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.person import Person
from lightship.oncall.pager import Resolved
from lightship.oncall.shifts import shifts

if TYPE_CHECKING:
    from icalendar import Event

_BEHIND, _AHEAD = 1, 7  # months before this one, and after
_REACH = timedelta(days=62)


class Shift(NamedTuple):
    """One person on call for a schedule (ids), UTC, half-open."""

    start: datetime
    end: datetime
    schedule: str
    person: str


def span(now: datetime) -> tuple[datetime, datetime]:
    """What calendars hold at `now`: from the month before this one, for eight; whole months, in UTC."""
    month = now.astimezone(UTC).year * 12 + now.astimezone(UTC).month - 1
    return _first(month - _BEHIND), _first(month + _AHEAD)


def _first(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)


def taken(rota: Resolved, people: Mapping[str, Person], now: datetime) -> tuple[Shift, ...]:
    """The shifts of a schedule that touch what calendars hold at `now`, whole, and joined where they touch."""
    start, end = span(now)
    left = rota.departures(people)
    found: list[Shift] = []
    # Shifts at the edges are told whole, so that they stay the same from month to month.
    for shift in shifts(rota.schedule, *rota.within(start - _REACH, end + _REACH)):
        until = min(shift.end, left.get(shift.person, shift.end))
        if found and found[-1].end == shift.start and found[-1].person == shift.person:
            found[-1] = found[-1]._replace(end=until)
        elif until > shift.start:
            found.append(Shift(shift.start, until, rota.schedule.id, shift.person))
    return tuple(shift for shift in found if shift.end > start and shift.start < end)


def of_schedule(catalog: Catalog, schedule: str, shifts: Iterable[Shift]) -> bytes:
    """The calendar of one schedule: who is on call."""
    it = catalog.schedules[schedule]
    return _calendar(catalog, it.label, it.timezone, ((_name(catalog, each.person), each) for each in shifts))


def of_person(catalog: Catalog, person: str, shifts: Iterable[Shift]) -> bytes:
    """The calendar of one person: what they are on call for."""
    it = catalog.people[person]
    found = sorted(each for each in shifts if each.person == person)
    rows = ((f"On call: {catalog.schedules[each.schedule].label}", each) for each in found)
    return _calendar(catalog, f"{it.label} on call", it.timezone or "UTC", rows)


def _name(catalog: Catalog, id: str) -> str:
    person = catalog.people.get(id)
    return person.label if person else id


def _calendar(catalog: Catalog, name: str, zone: str, rows: Iterable[tuple[str, Shift]]) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Lightship//On call//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for title, shift in rows:
        calendar.add_component(_event(catalog, title, shift))
    return bytes(calendar.to_ical())


def _event(catalog: Catalog, title: str, shift: Shift) -> Event:
    from icalendar import Event

    it = catalog.schedules[shift.schedule]
    event = Event()
    who = quote(shift.person, safe="")
    event.add("uid", f"{shift.schedule}.{shift.start:%Y%m%dT%H%M%SZ}.{who}@lightship")
    event.add("dtstamp", shift.start)
    event.add("dtstart", shift.start)
    event.add("dtend", shift.end)
    event.add("summary", title)
    event.add("description", f"{_name(catalog, shift.person)} is on call by {it.label} ({it.id}).")
    event.add("transp", "TRANSPARENT")
    if catalog.settings.url:
        event.add("url", f"{catalog.settings.url.rstrip('/')}/{it.url}")
    return event
