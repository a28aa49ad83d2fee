"""Overlong stretches, rotations that end, clocks that change, and whom a schedule names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.oncall.rotas import WEEKDAYS, hours, layer, local, override, said, schedule, utc

from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.schedule import Schedule
from lightship.oncall.people import departures, mentions, roster
from lightship.oncall.review import edges, expiry, overlong, stretches
from lightship.oncall.shifts import shifts

NIGHTS = [hours("22:00", "06:00")]

OVERLONG: dict[str, tuple[Schedule, list[str]]] = {
    "a week each": (schedule(layer("ab")), []),
    "two weeks each, over the end of summer time": (
        schedule(layer("ab", starts="2026-10-12", length="2w"), coverage={"max_days": 14}),
        [],
    ),
    "three weeks each": (
        schedule(layer("ab", starts="2026-10-12", length="3w")),
        ["a 10-12T08:00 11-02T09:00"],
    ),
    "a week each, at most six days": (
        schedule(layer("ab", starts="2026-10-12"), coverage={"max_days": 6}),
        ["a 10-12T08:00 10-19T08:00", "b 10-19T08:00 10-26T09:00"],
    ),
    "over when the span begins": (
        schedule(layer("ab", starts="2026-09-23", handover="02:00", length="3w", ends="2026-10-14")),
        [],
    ),
    "every night is in a row": (
        schedule(layer("ab", starts="2026-10-01", handover="12:00", length="3w", restrictions=NIGHTS)),
        ["a 10-01T20:00 10-22T04:00"],
    ),
    "weekends are a rest": (
        schedule(layer("a", starts="2026-10-01", restrictions=[hours("09:00", "17:00", WEEKDAYS[:5])])),
        [],
    ),
    "a day in between is a rest": (schedule(layer("ab", starts="2026-10-01", length="1d")), []),
    "half a day in between is none": (
        schedule(
            layer("ab", starts="2026-09-28", ends="2026-10-20", length="12h"), coverage={"max_days": 20}
        ),
        ["a 09-28T08:00 10-19T20:00", "b 09-28T20:00 10-20T08:00"],
    ),
    "another's override breaks it": (
        schedule(
            layer("ab", starts="2026-10-12", length="3w"),
            overrides=[override("x", "2026-10-18T00:00", "2026-10-20T00:00")],
        ),
        [],
    ),
}


@pytest.mark.parametrize("case", OVERLONG)
def test_overlong(case: str) -> None:
    rota, expected = OVERLONG[case]
    assert said(overlong(rota, utc("2026-10-14"), utc("2026-10-21"))) == expected


def test_stretches_without_a_rest_join_only_what_touches() -> None:
    rota = schedule(layer("a", restrictions=NIGHTS))
    taken = shifts(rota, utc("2026-02-01"), utc("2026-02-04"))
    assert len(stretches(taken, rest=timedelta())) == len(taken) == 4
    assert len(stretches(taken)) == 1


@pytest.mark.parametrize(
    ("rota", "expected"),
    [
        (schedule(), None),
        (schedule(layer("a")), None),
        (schedule(layer("a"), layer("b", ends="2026-03-01")), None),
        (schedule(layer("a", ends="2026-02-01"), layer("b", ends="2026-07-01")), "2026-07-01T08:00"),
    ],
)
def test_expiry(rota: Schedule, expected: str | None) -> None:
    assert expiry(rota) == (expected and utc(expected))


EDGES: dict[str, tuple[Schedule, list[tuple[str, str, str]]]] = {
    "in the morning": (schedule(layer("ab")), []),
    "never in India": (schedule(layer("ab", handover="02:30"), timezone="Asia/Kolkata"), []),
    "daily at 02:30": (
        schedule(layer("ab", handover="02:30", length="1d")),
        [
            ("layers.0.handover", "2026-03-29T02:30", "skipped"),
            ("layers.0.handover", "2026-10-25T02:30", "twice"),
        ],
    ),
    "at 02:00, which is skipped and comes twice": (
        schedule(layer("ab", handover="02:00", length="1d", starts="2026-10-20")),
        [("layers.0.handover", "2026-10-25T02:00", "twice")],
    ),
    "at 03:00, which is neither": (schedule(layer("ab", handover="03:00", length="1d")), []),
    "weekly on Mondays": (schedule(layer("ab", handover="02:30")), []),
    "weekly on Sundays": (
        schedule(layer("ab", handover="02:30", starts="2026-05-03")),
        [("layers.0.handover", "2026-10-25T02:30", "twice")],
    ),
    "over by then": (schedule(layer("ab", handover="02:30", length="1d", ends="2026-03-01")), []),
    "hours": (
        schedule(
            layer("a", restrictions=[hours("02:15", "10:00", ["sun"]), hours("20:00", "02:45", ["sat"])]),
            coverage={"hours": [hours("02:15", "10:00", ["mon"]), hours("00:00", "02:00", ["sun"])]},
        ),
        [
            (where, f"{day}T{clock}", kind)
            for day, kind in (("2026-03-29", "skipped"), ("2026-10-25", "twice"))
            for where, clock in (
                ("layers.0.restrictions.0.start", "02:15"),
                ("layers.0.restrictions.1.end", "02:45"),
                ("coverage.hours.1.end", "02:00"),
            )
        ],
    ),
    "half an hour on Lord Howe": (
        schedule(layer("ab", handover="02:15", length="1d"), timezone="Australia/Lord_Howe"),
        [("layers.0.handover", "2026-10-04T02:15", "skipped")],
    ),
}


@pytest.mark.parametrize("case", EDGES)
def test_edges(case: str) -> None:
    rota, expected = EDGES[case]
    found = edges(rota, utc("2026-01-10"), utc("2027-01-10"))
    assert [(".".join(map(str, edge.keys)), edge.local, edge.kind) for edge in found] == [
        (where, local(time), kind) for where, time, kind in expected
    ]


def test_an_edge_says_when_it_is_taken_to_be() -> None:
    rota = schedule(layer("ab", handover="02:30", length="1d"))
    found = edges(rota, utc("2026-01-10"), utc("2027-01-10"))
    assert [edge.at for edge in found] == [utc("2026-03-29T01:00"), utc("2026-10-25T00:30")]
    assert all(
        edge.at in {shift.start for shift in shifts(rota, utc("2026-01-10"), utc("2027-01-10"))}
        for edge in found
    )


def person(id: str, **fields: Any) -> Person:
    entity = Person.from_data(id, {"name": id, **fields})
    assert isinstance(entity, Person)
    return entity


NAMED = schedule(
    layer("aba"),
    layer("c", ends="2026-03-01"),
    overrides=[
        override("x", "2026-01-06T00:00", "2026-01-07T00:00"),
        override("y", "2026-05-01T00:00", "2026-05-02T00:00"),
    ],
    escalation=[{"team": "web"}, {"person": "m"}],
)


def test_everybody_in_the_rotations() -> None:
    assert roster(NAMED) == ("a", "b", "c")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (
            "2026-01-06",
            "a@layers.0.people.0 b@layers.0.people.1 a@layers.0.people.2 c@layers.1.people.0 x@overrides.0.person y@overrides.1.person m@escalation.1.person",
        ),
        (
            "2026-04-01",
            "a@layers.0.people.0 b@layers.0.people.1 a@layers.0.people.2 y@overrides.1.person m@escalation.1.person",
        ),
        ("2026-06-01", "a@layers.0.people.0 b@layers.0.people.1 a@layers.0.people.2 m@escalation.1.person"),
    ],
)
def test_mentions_that_still_matter(at: str, expected: str) -> None:
    found = mentions(NAMED, utc(at))
    assert " ".join(f"{mention.person}@{'.'.join(map(str, mention.keys))}" for mention in found) == expected


def test_departures() -> None:
    people = {
        "a": person("a"),
        "b": person("b", active=False),
        "c": person("c", active_until="2026-02-10", timezone="Asia/Kolkata"),
        "x": person("x", active_until="2026-02-10"),
    }
    found = departures(NAMED, people)
    assert set(found) == {"b", "c", "x", "y"}, "'y' is not in the catalog, 'm' is on no shift"
    assert found["b"] == found["y"] < utc("1970-01-01")
    assert (found["c"], found["x"]) == (utc("2026-02-10T18:30"), utc("2026-02-11"))


@pytest.mark.parametrize(("day", "is_gone"), [("0001-01-01", True), ("9999-12-31", False)])
def test_a_last_day_at_the_ends_of_the_calendar(day: str, is_gone: bool) -> None:
    rota = schedule(layer("a"))
    found = departures(rota, {"a": person("a", active_until=day, timezone="Pacific/Apia")})
    assert ("a" in found) == is_gone
