"""How on-call is shared."""

from __future__ import annotations

from datetime import timedelta

from tests.oncall.rotas import hours, layer, override, schedule, utc

from lightship.oncall.fairness import Load, loads

HOUR = timedelta(hours=1)


def test_a_week_each() -> None:
    rota = schedule(layer("ab", handover="00:00"), timezone="UTC")
    week = Load("a", 168.0, 8, 56.0, 48.0, 168 * HOUR, 1, 1.0)
    assert loads(rota, utc("2026-01-05"), utc("2026-01-19")) == (week, week._replace(person="b"))


def test_nights_cost_more_than_days() -> None:
    rota = schedule(layer("d"), layer("n", restrictions=[hours("22:00", "06:00")]))
    night, day = sorted(
        loads(rota, utc("2026-01-12T11:00"), utc("2026-01-16T11:00")), key=lambda load: -load.nights
    )
    assert (night.person, night.nights, night.night_hours, night.hours, night.longest, night.shifts) == (
        "n",
        4,
        32.0,
        32.0,
        8 * HOUR,
        4,
    )
    assert (day.person, day.nights, day.night_hours, day.hours, day.shifts) == ("d", 0, 0.0, 64.0, 5)
    assert (night.share, day.share) == (32 / 48, 64 / 48)


def test_a_night_is_as_long_as_the_clocks_make_it() -> None:
    rota = schedule(layer("a"))
    [spring] = loads(rota, utc("2026-03-28T12:00"), utc("2026-03-29T12:00"))
    [autumn] = loads(rota, utc("2026-10-24T12:00"), utc("2026-10-25T12:00"))
    assert (spring.night_hours, autumn.night_hours) == (7.0, 9.0)
    assert (spring.weekend_hours, autumn.weekend_hours) == (24.0, 24.0)


def test_who_only_stands_in_counts_and_so_does_who_never_had_a_turn() -> None:
    rota = schedule(
        layer("abc", handover="00:00"),
        timezone="UTC",
        overrides=[override("x", "2026-01-06T00:00", "2026-01-07T00:00")],
    )
    found = {load.person: load for load in loads(rota, utc("2026-01-05"), utc("2026-01-12"))}
    assert {person: load.hours for person, load in found.items()} == {
        "a": 144.0,
        "x": 24.0,
        "b": 0.0,
        "c": 0.0,
    }
    assert (found["a"].share, found["a"].shifts, found["a"].longest) == (144 / 42, 2, 120 * HOUR)
    assert found["b"] == Load("b", 0.0, 0, 0.0, 0.0, timedelta(), 0, 0.0)


def test_an_own_override_does_not_break_a_stretch() -> None:
    rota = schedule(layer("a"), overrides=[override("a", "2026-01-13T00:00", "2026-01-14T00:00")])
    [load] = loads(rota, utc("2026-01-12"), utc("2026-01-19"))
    assert (load.shifts, load.longest) == (1, 168 * HOUR)


def test_nothing_to_share() -> None:
    assert loads(schedule(source="facts"), utc("2026-01-12"), utc("2026-01-19")) == ()
    assert loads(schedule(), utc("2026-01-12"), utc("2026-01-19")) == ()
    assert [load.share for load in loads(schedule(layer("ab")), utc("2025-01-12"), utc("2025-01-19"))] == [
        0.0,
        0.0,
    ]
