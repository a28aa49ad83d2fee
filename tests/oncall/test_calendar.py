"""A schedule as weeks of bars."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.oncall.rotas import hours, layer, local, override, schedule

from lightship.oncall.calendar import Bar, Week, calendar


def weeks(*layers: dict[str, object], day: str, count: int = 1, **fields: object) -> tuple[Week, ...]:
    return calendar(schedule(*layers, **fields), local(day).date(), count).weeks


def test_a_week_begins_on_monday_and_shows_who_has_which_part() -> None:
    [week] = weeks(layer("ba", handover="12:00"), day="2026-01-14")
    assert [day.day for day in week.days] == [12, 13, 14, 15, 16, 17, 18]
    assert [row.person for row in week.rows] == ["b", "a"], "in the order of their turns"
    half = round(50 / 7, 3)
    [[before], [after]] = [row.bars for row in week.rows]
    assert before == Bar(
        "b", local("2026-01-05T12:00"), local("2026-01-12T12:00"), 0.0, half, False, True, False
    )
    assert after == Bar(
        "a",
        local("2026-01-12T12:00"),
        local("2026-01-19T12:00"),
        half,
        round(100 - 50 / 7, 3),
        True,
        False,
        False,
    )
    assert week.gaps == ()


@pytest.mark.parametrize("day", ["2026-03-23", "2026-10-19", "2026-01-12"])
def test_a_clock_time_lies_at_the_same_place_on_every_day(day: str) -> None:
    [week] = weeks(layer("a", restrictions=[hours("09:00", "17:00")]), day=day)
    [row] = week.rows
    for number, bar in enumerate(row.bars):
        assert bar.left == round((number + 9 / 24) / 7 * 100, 3)
        assert bar.width == round(8 / 24 / 7 * 100, 3)
        assert bar.start.hour == 9 and bar.end - bar.start == timedelta(hours=8)


def test_gaps_and_stand_ins_are_told_apart() -> None:
    rota = schedule(
        layer("ab", ends="2026-01-19", handover="00:00"),
        timezone="UTC",
        overrides=[override("x", "2026-01-14T00:00", "2026-01-15T00:00")],
    )
    first, second = calendar(rota, local("2026-01-12").date(), 2).weeks
    assert [(row.person, [bar.is_override for bar in row.bars]) for row in first.rows] == [
        ("b", [False, False]),
        ("x", [True]),
    ]
    assert (first.gaps, second.rows) == ((), ())
    assert second.gaps == (
        Bar(None, local("2026-01-19"), local("2026-02-02"), 0.0, 100.0, True, False, False),
    )
    gone = calendar(rota, local("2026-01-12").date(), 1, absent=("b",)).weeks[0].gaps
    assert [bar.person for bar in gone] == ["b", "b"]


def test_a_month_is_five_weeks_in_the_schedules_own_zone() -> None:
    shown = calendar(schedule(layer("ab"), timezone="Asia/Kolkata"), local("2026-02-01").date())
    assert shown.timezone == "Asia/Kolkata"
    assert [week.days[0].isoformat() for week in shown.weeks] == [
        "2026-01-26",
        "2026-02-02",
        "2026-02-09",
        "2026-02-16",
        "2026-02-23",
    ]
    assert all(
        bar.start.hour == 10 for week in shown.weeks for row in week.rows for bar in row.bars if bar.begins
    )


def test_what_another_system_owns_is_neither_held_nor_open() -> None:
    [week] = weeks(day="2026-01-12", source="facts")
    assert (week.rows, week.gaps) == ((), ())
