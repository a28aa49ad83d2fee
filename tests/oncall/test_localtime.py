"""Wall time to UTC, where the clocks jump and where they do not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oncall.rotas import local, utc

from lightship.oncall.localtime import aware, instant, transitions, wall, zone

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Santiago",
)


@pytest.mark.parametrize(
    ("name", "time", "expected"),
    [
        ("UTC", "2026-03-29T02:30", "2026-03-29T02:30"),
        ("Asia/Kolkata", "2026-03-29T02:30", "2026-03-28T21:00"),
        ("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59"),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T02:59", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00"),
        ("America/New_York", "2026-03-08T02:15", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01T01:15", "2026-11-01T05:15"),
        ("Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),
        ("Europe/Berlin", "2028-02-29T12:00", "2028-02-29T11:00"),
    ],
)
def test_local_times_have_one_moment(name: str, time: str, expected: str) -> None:
    assert instant(local(time), zone(name)) == utc(expected)


@settings(deadline=None)
@given(st.datetimes(local("1990-01-01"), local("2040-01-01")), st.sampled_from(ZONES))
def test_there_and_back(time: datetime, name: str) -> None:
    time = time.replace(second=0, microsecond=0)
    moment = instant(time, zone(name))
    shown = wall(moment, zone(name))
    if shown == time:
        assert wall(moment - timedelta(hours=3), zone(name)) < time
    else:
        before = wall(moment - timedelta(seconds=1), zone(name))
        assert before < time < shown, "a skipped time is the moment at which the clocks jump over it"


def test_a_moment_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        aware(local("2026-01-01"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Asia/Kolkata", []),
        (
            "Europe/Berlin",
            [
                ("skipped", "2026-03-29T01:00", "2026-03-29T02:00", "2026-03-29T03:00"),
                ("twice", "2026-10-25T01:00", "2026-10-25T02:00", "2026-10-25T03:00"),
            ],
        ),
        (
            "Australia/Lord_Howe",
            [
                ("twice", "2026-04-04T15:00", "2026-04-05T01:30", "2026-04-05T02:00"),
                ("skipped", "2026-10-03T15:30", "2026-10-04T02:00", "2026-10-04T02:30"),
            ],
        ),
    ],
)
def test_changes_of_the_clocks(name: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = transitions(zone(name), utc("2026-01-01"), utc("2027-01-01"))
    assert [(change.kind, change.at, change.first, change.last) for change in found] == [
        (kind, utc(at), local(first), local(last)) for kind, at, first, last in expected
    ]


def test_a_change_at_the_edge_of_the_span() -> None:
    at = utc("2026-03-29T01:00")
    assert transitions(zone("Europe/Berlin"), at - timedelta(hours=1), at) == ()
    assert len(transitions(zone("Europe/Berlin"), at - timedelta(hours=1), at + timedelta(seconds=1))) == 1
