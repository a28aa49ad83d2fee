"""Hand-overs: where one person's watch ends and another's begins."""

from __future__ import annotations

from tests.oncall.rotas import WEEKDAYS, hours, layer, override, schedule, utc

from lightship.catalog.kinds.person import Person
from lightship.oncall.handovers import HandOver, Watch, handovers, nearest, watches
from lightship.oncall.pager import Resolved

PEOPLE = {id: Person(id=id, name=id) for id in "abcxyz"}
WEEKS = Resolved(schedule(layer("abc", handover="10:00"), timezone="UTC"))
OFFICE = Resolved(
    schedule(
        layer("ab", handover="09:00", restrictions=[hours("09:00", "17:00", WEEKDAYS[:5])]),
        timezone="UTC",
        coverage={"hours": [hours("09:00", "17:00", WEEKDAYS[:5])]},
    )
)


def test_the_nearest_hand_over_lies_behind_or_ahead() -> None:
    early, late = (nearest(WEEKS, PEOPLE, utc(text)) for text in ("2026-01-13T00:00", "2026-01-17T00:00"))
    assert early is not None and late is not None
    assert (early.at, late.at) == (utc("2026-01-12T10:00"), utc("2026-01-19T10:00"))
    assert early.incoming == late.outgoing == Watch(utc("2026-01-12T10:00"), utc("2026-01-19T10:00"), "b")


def test_a_watch_goes_on_over_hours_that_are_not_covered() -> None:
    found = watches(OFFICE, PEOPLE, utc("2026-01-05"), utc("2026-01-17"))
    assert found == (
        Watch(utc("2026-01-05T09:00"), utc("2026-01-09T17:00"), "a"),
        Watch(utc("2026-01-12T09:00"), utc("2026-01-16T17:00"), "b"),
    )


def test_a_stand_in_is_handed_over_to_and_hands_back() -> None:
    rota = Resolved(
        schedule(
            layer("ab"), timezone="UTC", overrides=[override("x", "2026-01-07T00:00", "2026-01-08T00:00")]
        )
    )
    found = handovers(rota, PEOPLE, utc("2026-01-06"), utc("2026-01-12"))
    assert [
        (each.outgoing.person, each.incoming.person, each.at)
        for each in found
        if each.outgoing and each.incoming
    ] == [
        ("a", "x", utc("2026-01-07")),
        ("x", "a", utc("2026-01-08")),
    ]


def test_who_has_left_takes_nothing_over() -> None:
    people = {**PEOPLE, "b": Person(id="b", name="b", active=False)}
    found = nearest(WEEKS, people, utc("2026-01-13"))
    assert found is not None and found.outgoing is not None and found.incoming is not None
    assert (found.outgoing.person, found.incoming.person, found.at) == ("a", "c", utc("2026-01-19T10:00"))


def test_with_one_person_or_nobody_there_is_no_next() -> None:
    alone = Resolved(schedule(layer("a"), timezone="UTC"))
    found = nearest(alone, PEOPLE, utc("2026-03-01"))
    assert isinstance(found, HandOver) and found.incoming is None and found.at > utc("2026-04-01")
    assert nearest(Resolved(schedule(timezone="UTC")), PEOPLE, utc("2026-03-01")) is None
    assert nearest(Resolved(alone.schedule, why="unknown"), PEOPLE, utc("2026-03-01")) is None
