"""Calendars that other programs read: by an independent reader they give our shifts, and they hold still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar
from tests.oncall.rotas import utc
from tests.trees import TEAM, write

from lightship import commandline
from lightship.catalog.catalog import Catalog
from lightship.facts.records import NOTHING, Observed, PagerSchedule, PagerShift
from lightship.oncall import feed
from lightship.oncall.pager import resolved

NOW = utc("2026-03-04T12:00")
FILES = {
    **TEAM,
    "lightship.yaml": "name: x\nurl: https://portal.example.com/\n",
    "catalog/people/bo.yaml": "name: Bo Exämple, the younger\ntimezone: Asia/Kolkata\n",
    "catalog/people/cy.yaml": "name: Cy Example\nactive_until: 2026-03-25\n",
    "catalog/schedules/nights.yaml": """\
name: Nights; and days
timezone: Europe/Berlin
layers:
  - { people: [ada, bo, cy], starts: 2026-01-05, handover: "09:00", length: 7d }
""",
    "catalog/schedules/pager.yaml": "timezone: UTC\nsource: facts\n",
}


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return commandline.load(write(tmp_path, FILES))


def taken(
    catalog: Catalog, id: str, now: datetime = NOW, observed: Observed = NOTHING
) -> tuple[feed.Shift, ...]:
    return feed.taken(resolved(catalog.schedules[id], observed, now), catalog.people, now)


def events(data: bytes, start: datetime, end: datetime) -> list[Any]:
    found = recurring_ical_events.of(Calendar.from_ical(data)).between(start, end)
    return sorted(found, key=lambda event: event.start)


def test_another_reader_finds_our_shifts(catalog: Catalog) -> None:
    shifts = taken(catalog, "nights")
    data = feed.of_schedule(catalog, "nights", shifts)
    found = events(data, utc("2026-01-01"), utc("2027-01-01"))
    assert [(event.start, event.end) for event in found] == [(shift.start, shift.end) for shift in shifts]
    assert {str(event["SUMMARY"]) for event in found} == {
        "Ada Example",
        "Bo Exämple, the younger",
        "Cy Example",
    }
    # The clocks change on 29 March; the hand-over stays at nine.
    assert {event.start.astimezone(ZoneInfo("Europe/Berlin")).hour for event in found} == {9}
    assert {event.start.astimezone(UTC).hour for event in found} == {7, 8}


def test_what_programs_need_is_there(catalog: Catalog) -> None:
    calendar = Calendar.from_ical(feed.of_schedule(catalog, "nights", taken(catalog, "nights")))
    assert (str(calendar["X-WR-CALNAME"]), str(calendar["VERSION"])) == ("Nights; and days", "2.0")
    ids = [str(event["UID"]) for event in calendar.events]
    assert len(set(ids)) == len(ids) > 20
    for event in calendar.events:
        assert {"DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(event)
        assert (
            event.start.tzinfo is not None
            and str(event["URL"]) == "https://portal.example.com/schedules/nights/"
        )


def test_lines_are_folded_and_end_as_the_standard_says(catalog: Catalog) -> None:
    data = feed.of_schedule(catalog, "nights", taken(catalog, "nights"))
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n")) and b"\n" not in data.replace(b"\r\n", b"")


def test_nothing_changes_with_the_clock_within_a_month(catalog: Catalog) -> None:
    made = {
        feed.of_schedule(catalog, "nights", taken(catalog, "nights", NOW + timedelta(days=days)))
        for days in (0, 5, 20)
    }
    assert len(made) == 1


def test_a_shift_keeps_its_name_from_month_to_month(catalog: Catalog) -> None:
    def named(now: datetime) -> dict[str, tuple[datetime, datetime]]:
        calendar = Calendar.from_ical(feed.of_schedule(catalog, "nights", taken(catalog, "nights", now)))
        return {str(event["UID"]): (event.start, event.end) for event in calendar.events}

    march, april = named(NOW), named(utc("2026-04-20"))
    both = march.keys() & april.keys()
    assert len(both) > 20
    assert all(march[uid] == april[uid] for uid in both)
    edge = utc("2026-03-01")
    assert all(uid in both for uid, (_, end) in march.items() if end > edge)


def test_who_has_left_is_on_call_no_more(catalog: Catalog) -> None:
    ends = [shift.end for shift in taken(catalog, "nights") if shift.person == "cy"]
    assert max(ends) == utc("2026-03-26")


def test_a_person_has_the_shifts_of_all_schedules(catalog: Catalog) -> None:
    shifts = (
        PagerShift(utc("2026-03-07"), utc("2026-03-08"), "bo"),
        PagerShift(utc("2026-03-09"), utc("2026-03-10"), "Jo Doe"),
    )
    observed = Observed(schedules={"pager": PagerSchedule("pagerduty", NOW, shifts)})
    both = (*taken(catalog, "nights"), *taken(catalog, "pager", observed=observed))
    data = feed.of_person(catalog, "bo", both)
    calendar = Calendar.from_ical(data)
    assert str(calendar["X-WR-CALNAME"]) == "Bo Exämple, the younger on call"
    assert str(calendar["X-WR-TIMEZONE"]) == "Asia/Kolkata"
    assert {str(event["SUMMARY"]) for event in calendar.events} == {
        "On call: Nights; and days",
        "On call: pager",
    }
    stranger = Calendar.from_ical(feed.of_schedule(catalog, "pager", both[-2:]))
    assert [str(event["SUMMARY"]) for event in stranger.events] == ["Bo Exämple, the younger", "Jo Doe"]
    assert "Jo%20Doe" in str(stranger.events[1]["UID"])


def test_what_is_unknown_is_an_empty_calendar(catalog: Catalog) -> None:
    data = feed.of_schedule(catalog, "pager", taken(catalog, "pager"))
    assert Calendar.from_ical(data).events == []
