"""Shifts from iCalendar files, as PagerDuty, Opsgenie and shared calendars write them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from tests.oncall.rotas import utc

from lightship.errors import UsageError
from lightship.facts.pager_calendar import Event, events

BERLIN = ZoneInfo("Europe/Berlin")
SPAN = utc("2026-03-01"), utc("2026-06-01")


def calendar(*parts: str) -> bytes:
    body = "".join(
        f"BEGIN:VEVENT\nUID:{at}\nDTSTAMP:20260101T000000Z\n{part}\nEND:VEVENT\n"
        for at, part in enumerate(parts)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{body}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    ).encode()


def read(*parts: str) -> tuple[Event, ...]:
    return events(calendar(*parts), "x.ics", BERLIN, *SPAN)


def test_an_event_is_a_shift_with_all_that_may_name_somebody() -> None:
    text = (
        "DTSTART:20260302T090000Z\nDTEND:20260309T090000Z\nSUMMARY:On Call - Nights\n"
        "ATTENDEE;CN=Ada Example:mailto:ada@example.com\nORGANIZER;CN=Boss:MAILTO:boss@example.com"
    )
    assert read(text) == (
        Event(
            utc("2026-03-02T09:00"),
            utc("2026-03-09T09:00"),
            ("ada@example.com", "Ada Example", "On Call - Nights", "boss@example.com", "Boss"),
        ),
    )


def test_a_shift_that_repeats_keeps_its_local_time_and_its_exceptions() -> None:
    found = read(
        "DTSTART;TZID=Europe/Berlin:20260316T090000\nDTEND;TZID=Europe/Berlin:20260317T090000\n"
        "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20260323T090000\nSUMMARY:ada"
    )
    assert [event.start for event in found] == [
        utc("2026-03-16T08:00"),
        utc("2026-03-30T07:00"),
        utc("2026-04-06T07:00"),
    ]


def test_days_and_times_without_a_zone_are_those_of_the_schedule() -> None:
    found = read(
        "DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260304\nSUMMARY:ada",
        "DTSTART:20260329T090000\nDTEND:20260329T170000\nSUMMARY:bo",
    )
    assert [(event.start, event.end) for event in found] == [
        (utc("2026-03-01T23:00"), utc("2026-03-03T23:00")),
        (utc("2026-03-29T07:00"), utc("2026-03-29T15:00")),
    ]


def test_what_is_cancelled_empty_or_far_away_is_no_shift() -> None:
    assert read(
        "DTSTART:20260302T090000Z\nDTEND:20260303T090000Z\nSTATUS:CANCELLED\nSUMMARY:a",
        "DTSTART:20260302T090000Z\nDTEND:20260302T090000Z\nSUMMARY:b",
        "DTSTART:20270302T090000Z\nDTEND:20270303T090000Z\nSUMMARY:c",
    ) == ()  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"BEGIN:VCALENDAR\r\nnonsense",
        b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        calendar("DTSTART:soon"),
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_calendar_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"reading x\.ics: it is no iCalendar file"):
        events(data, "x.ics", BERLIN, *SPAN)
