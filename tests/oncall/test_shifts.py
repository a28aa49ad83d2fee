"""Rotations, restrictions and overrides as shifts."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.oncall.rotas import WEEKDAYS, hours, layer, local, override, said, schedule, utc

from lightship.catalog.kinds.schedule import Schedule
from lightship.oncall.shifts import clashes, doubles, gaps, next_shift, on_call, shifts

CASES: dict[str, tuple[Schedule, str, str, list[str]]] = {
    "weekly turns": (
        schedule(layer("abc")),
        "2026-01-01",
        "2026-01-25",
        ["a 01-05T09:00 01-12T09:00", "b 01-12T09:00 01-19T09:00", "c 01-19T09:00 01-25T00:00"],
    ),
    "far from the start": (
        schedule(layer("abc", starts="1995-01-02")),
        "2026-01-05",
        "2026-01-13",
        ["a 01-05T00:00 01-05T09:00", "b 01-05T09:00 01-12T09:00", "c 01-12T09:00 01-13T00:00"],
    ),
    "one person's turns are one shift": (
        schedule(layer("a")),
        "2026-02-01",
        "2026-04-01",
        ["a 02-01T00:00 04-01T00:00"],
    ),
    "two turns running": (
        schedule(layer("aab", length="1d")),
        "2026-01-05T12:00",
        "2026-01-09",
        ["a 01-05T12:00 01-07T09:00", "b 01-07T09:00 01-08T09:00", "a 01-08T09:00 01-09T00:00"],
    ),
    "summer time begins: the local hand-over stays": (
        schedule(layer("ab")),
        "2026-03-24",
        "2026-04-01",
        ["b 03-24T00:00 03-30T08:00", "a 03-30T08:00 04-01T00:00"],
    ),
    "half days across the change": (
        schedule(layer("ab", length="12h", handover="08:00")),
        "2026-10-24T06:00",
        "2026-10-25T20:00",
        [
            "a 10-24T06:00 10-24T18:00",
            "b 10-24T18:00 10-25T07:00",
            "a 10-25T07:00 10-25T19:00",
            "b 10-25T19:00 10-25T20:00",
        ],
    ),
    "a hand-over that the clocks skip": (
        schedule(layer("ab", length="1d", handover="02:30")),
        "2026-03-28T12:00",
        "2026-03-30T12:00",
        ["a 03-28T12:00 03-29T01:00", "b 03-29T01:00 03-30T00:30", "a 03-30T00:30 03-30T12:00"],
    ),
    "a hand-over that comes twice": (
        schedule(layer("ab", length="1d", handover="02:30")),
        "2026-10-24T12:00",
        "2026-10-25T12:00",
        ["a 10-24T12:00 10-25T00:30", "b 10-25T00:30 10-25T12:00"],
    ),
    "hourly turns within the skipped hour are nobody's": (
        schedule(layer("abcd", starts="2026-03-28", handover="00:00", length="1h")),
        "2026-03-29T00:00",
        "2026-03-29T03:00",
        ["b 03-29T00:00 03-29T01:00", "d 03-29T01:00 03-29T02:00", "a 03-29T02:00 03-29T03:00"],
    ),
    "leap day": (
        schedule(layer("ab", starts="2028-02-28", length="1d"), timezone="UTC"),
        "2028-02-28T10:00",
        "2028-03-02T10:00",
        ["a 02-28T10:00 02-29T10:00", "b 02-29T10:00 03-01T10:00", "a 03-01T10:00 03-02T10:00"],
    ),
    "a day that Samoa skipped": (
        schedule(layer("abc", starts="2011-12-28", length="1d", handover="12:00"), timezone="Pacific/Apia"),
        "2011-12-29T22:00",
        "2012-01-01T00:00",
        [
            "b 12-29T22:00 12-30T10:00",
            "c 12-30T10:00 12-30T22:00",
            "a 12-30T22:00 12-31T22:00",
            "b 12-31T22:00 01-01T00:00",
        ],
    ),
    "the layer ends at its last hand-over": (
        schedule(layer("ab", ends="2026-01-15")),
        "2026-01-10",
        "2026-02-01",
        ["a 01-10T00:00 01-12T09:00", "b 01-12T09:00 01-15T09:00"],
    ),
    "nights on weekdays, past midnight": (
        schedule(layer("ab", restrictions=[hours("22:00", "06:00", WEEKDAYS[:5])])),
        "2026-01-08",
        "2026-01-13",
        [
            "a 01-08T00:00 01-08T05:00",
            "a 01-08T21:00 01-09T05:00",
            "a 01-09T21:00 01-10T05:00",
            "b 01-12T21:00 01-13T00:00",
        ],
    ),
    "a hand-over within the hours": (
        schedule(layer("ab", length="1d", handover="12:00", restrictions=[hours("09:00", "17:00")])),
        "2026-01-06T00:00",
        "2026-01-07T00:00",
        ["a 01-06T08:00 01-06T11:00", "b 01-06T11:00 01-06T16:00"],
    ),
    "hours that end when they begin last a day": (
        schedule(layer("a", restrictions=[hours("09:00", "09:00", ["sat"])])),
        "2026-01-05T12:00",
        "2026-01-12T00:00",
        ["a 01-10T08:00 01-11T08:00"],
    ),
    "overlapping hours count once": (
        schedule(layer("a", restrictions=[hours("08:00", "12:00"), hours("10:00", "14:00")])),
        "2026-01-06",
        "2026-01-07",
        ["a 01-06T07:00 01-06T13:00"],
    ),
    "turns count on outside the hours": (
        schedule(
            layer(
                "abc", length="1d", handover="00:00", restrictions=[hours("09:00", "10:00", ["mon", "thu"])]
            )
        ),
        "2026-01-05",
        "2026-01-13",
        ["a 01-05T08:00 01-05T09:00", "a 01-08T08:00 01-08T09:00", "b 01-12T08:00 01-12T09:00"],
    ),
    "a later layer covers": (
        schedule(layer("ab"), layer("n", restrictions=[hours("22:00", "06:00")])),
        "2026-01-11T12:00",
        "2026-01-12T12:00",
        [
            "a 01-11T12:00 01-11T21:00",
            "n 01-11T21:00 01-12T05:00",
            "a 01-12T05:00 01-12T09:00",
            "b 01-12T09:00 01-12T12:00",
        ],
    ),
    "overrides cover, the later one most": (
        schedule(
            layer("a"),
            overrides=[
                override("x", "2026-01-06T00:00", "2026-01-08T00:00"),
                override("y", "2026-01-07T00:00", "2026-01-07T06:00"),
            ],
        ),
        "2026-01-05T12:00",
        "2026-01-09T00:00",
        [
            "a 01-05T12:00 01-06T00:00",
            "x 01-06T00:00 01-07T00:00",
            "y 01-07T00:00 01-07T06:00",
            "x 01-07T06:00 01-08T00:00",
            "a 01-08T00:00 01-09T00:00",
        ],
    ),
    "an override is joined only with itself": (
        schedule(layer("a"), overrides=[override("a", "2026-01-06T00:00", "2026-01-07T00:00")]),
        "2026-01-05T12:00",
        "2026-01-08T00:00",
        ["a 01-05T12:00 01-06T00:00", "a 01-06T00:00 01-07T00:00", "a 01-07T00:00 01-08T00:00"],
    ),
    "overrides without layers": (
        schedule(overrides=[override("x", "2026-01-06T00:00", "2026-01-08T00:00")]),
        "2026-01-07",
        "2026-01-09",
        ["x 01-07T00:00 01-08T00:00"],
    ),
    "another system owns it": (schedule(layer("a"), source="facts"), "2026-01-07", "2026-01-09", []),
    "an empty span": (schedule(layer("a")), "2026-01-07", "2026-01-07", []),
}


@pytest.mark.parametrize("case", CASES)
def test_shifts(case: str) -> None:
    rota, start, end, expected = CASES[case]
    assert said(shifts(rota, utc(start), utc(end))) == expected


def test_a_shift_knows_where_it_comes_from() -> None:
    rota = schedule(layer("a"), layer("b"), overrides=[override("x", "2026-01-06T00:00", "2026-01-08T00:00")])
    found = shifts(rota, utc("2026-01-05T12:00"), utc("2026-01-07"))
    assert [shift.origin for shift in found] == [("layers", 1), ("overrides", 0)]
    assert {shift.start.tzinfo for shift in found} == {UTC}


@pytest.mark.parametrize("function", [shifts, gaps, doubles])
def test_moments_need_a_time_zone(function: Any) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        function(schedule(layer("a")), local("2026-01-01"), utc("2026-02-01"))


def test_who_is_on_call_and_who_is_next() -> None:
    rota = schedule(layer("abc"), overrides=[override("x", "2026-01-20T00:00", "2026-01-21T00:00")])
    assert on_call(rota, utc("2026-01-05T08:59")) is None
    assert said([on_call(rota, utc("2026-01-05T09:00"))]) == ["a 01-05T09:00 01-12T09:00"]
    assert said([on_call(rota, utc("2026-01-12T08:59"))]) == ["a 01-05T09:00 01-12T09:00"]
    assert said([on_call(rota, utc("2026-01-20T12:00"))]) == ["x 01-20T00:00 01-21T00:00"]
    assert said([next_shift(rota, utc("2026-01-12T09:00"))]) == ["c 01-19T09:00 01-20T00:00"]
    assert said([next_shift(rota, utc("2026-01-19T12:00"), "c")]) == ["c 01-21T00:00 01-26T09:00"]
    assert said([next_shift(rota, utc("2026-01-12T09:00"), "a")]) == ["a 01-26T09:00 02-02T09:00"]
    assert next_shift(rota, utc("2026-01-12T09:00"), "nobody") is None
    assert on_call(schedule(layer("a"), source="facts"), utc("2026-02-01")) is None


@pytest.mark.parametrize("length", ["1d", "3w", "180d"])
def test_a_long_turn_is_told_whole(length: str) -> None:
    rota = schedule(layer("ab", length=length))
    held = on_call(rota, utc("2026-01-05T10:00"))
    assert held is not None and held.start == utc("2026-01-05T09:00")
    assert timedelta(hours=23) < held.end - held.start < timedelta(days=181)
    following = next_shift(rota, held.start)
    assert following is not None and (following.start, following.person) == (held.end, "b")


GAPS: dict[str, tuple[Schedule, str, str, list[str]]] = {
    "covered": (schedule(layer("ab")), "2026-02-01", "2026-04-01", []),
    "before the first hand-over": (
        schedule(layer("ab")),
        "2026-01-01",
        "2026-02-01",
        ["- 01-01T00:00 01-05T09:00"],
    ),
    "after the last": (
        schedule(layer("ab", ends="2026-01-12")),
        "2026-01-06",
        "2026-01-20",
        ["- 01-12T09:00 01-20T00:00"],
    ),
    "nobody at all": (schedule(), "2026-01-01", "2026-01-02", ["- 01-01T00:00 01-02T00:00"]),
    "hours between": (
        schedule(layer("a", restrictions=[hours("08:00", "12:00"), hours("13:00", "17:00")])),
        "2026-01-06T07:00",
        "2026-01-06T16:00",
        ["- 01-06T11:00 01-06T12:00"],
    ),
    "only what is promised": (
        schedule(
            layer("a", restrictions=[hours("09:00", "17:00")]),
            coverage={"hours": [hours("08:00", "18:00", ["tue"])]},
        ),
        "2026-01-05",
        "2026-01-12",
        ["- 01-06T07:00 01-06T08:00", "- 01-06T16:00 01-06T17:00"],
    ),
    "an override fills it": (
        schedule(
            layer("a", ends="2026-01-12"), overrides=[override("x", "2026-01-12T09:00", "2026-01-13T00:00")]
        ),
        "2026-01-11",
        "2026-01-14",
        ["- 01-13T00:00 01-14T00:00"],
    ),
    "who left is nobody": (schedule(layer("ag")), "2026-01-11", "2026-01-20", ["g 01-12T09:00 01-19T09:00"]),
    "who left covers all the same": (
        schedule(layer("a"), layer("g", restrictions=[hours("09:00", "10:00")])),
        "2026-01-06",
        "2026-01-07",
        ["g 01-06T08:00 01-06T09:00"],
    ),
    "who leaves in the middle": (
        schedule(layer("l")),
        "2026-01-11",
        "2026-01-20",
        ["l 01-15T00:00 01-20T00:00"],
    ),
    "another system owns it": (schedule(source="facts"), "2026-01-07", "2026-01-09", []),
}


@pytest.mark.parametrize("case", GAPS)
def test_gaps(case: str) -> None:
    rota, start, end, expected = GAPS[case]
    found = gaps(rota, utc(start), utc(end), absent=frozenset("g"), leaving={"l": utc("2026-01-15")})
    assert said(found) == expected


def test_double_bookings() -> None:
    rota = schedule(
        layer("a"),
        overrides=[
            override("x", "2026-01-06T00:00", "2026-01-08T00:00"),
            override("y", "2026-01-07T00:00", "2026-01-09T00:00"),
            override("x", "2026-01-07T12:00", "2026-01-07T18:00"),
            override("z", "2026-01-09T00:00", "2026-01-10T00:00"),
        ],
    )
    found = doubles(rota, utc("2026-01-01"), utc("2026-02-01"))
    assert [(double.overrides, double.people) for double in found] == [
        ((0, 1), ("x", "y")),
        ((1, 2), ("y", "x")),
    ]
    assert [f"{double.start:%dT%H} {double.end:%dT%H}" for double in found] == ["07T00 08T00", "07T12 07T18"]
    assert doubles(rota, utc("2026-01-08"), utc("2026-02-01")) == ()


def test_one_person_on_several_schedules() -> None:
    rotas = [schedule(layer(people), id=people) for people in ("ab", "ac", "ba", "da")]
    found = clashes(rotas, utc("2026-01-06"), utc("2026-01-20"))
    assert [(clash.person, clash.schedules) for clash in found] == [
        ("a", ("ab", "ac")),
        ("a", ("ba", "da")),
        ("a", ("ab", "ac")),
    ]
    assert said(found)[0] == "a 01-06T00:00 01-12T09:00" and said(found)[1] == "a 01-12T09:00 01-19T09:00"
    assert clashes(rotas[:1], utc("2026-01-06"), utc("2026-01-20")) == ()


def test_three_hundred_schedules_for_ninety_days_are_cheap() -> None:
    rotas = [
        schedule(
            layer("abc", starts="2001-01-01", handover=f"{number % 24:02}:00"),
            layer(
                "de",
                starts="2001-01-01",
                length="1d",
                restrictions=[hours("22:00", "06:00")] if number % 3 == 0 else [],
            ),
            timezone=("Europe/Berlin", "America/New_York", "Asia/Kolkata")[number % 3],
            id=f"rota-{number}",
        )
        for number in range(300)
    ]
    start = utc("2026-02-01")
    best = min(_seconds(rotas, start) for _ in range(3))
    assert best < 0.5


def _seconds(rotas: list[Schedule], start: datetime) -> float:
    began = time.process_time()
    for rota in rotas:
        assert shifts(rota, start, start + timedelta(days=90))
    return time.process_time() - began
