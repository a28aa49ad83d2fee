"""What holds of every schedule: shown on invented ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oncall.rotas import WEEKDAYS, local, schedule, utc

from lightship.catalog.kinds.schedule import Schedule
from lightship.oncall.fairness import loads
from lightship.oncall.localtime import instant, wall, zone
from lightship.oncall.shifts import clashes, gaps, next_shift, on_call, shifts

UNHURRIED = settings(deadline=None)  # the machine may be busy
ZONES = st.sampled_from(
    ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia")
)
CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 15, 30, 45, 59)))
LENGTHS = st.sampled_from(("1h", "6h", "12h", "1d", "3d", "7d", "2w", "45d"))
DAYS = st.dates(local("2024-01-01").date(), local("2026-12-31").date())
PEOPLE = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4)
PARTS = st.fixed_dictionaries(
    {"start": CLOCKS, "end": CLOCKS, "days": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7)}
)
MOMENTS = st.integers(0, 3 * 365 * 24 * 12).map(
    lambda number: utc("2024-01-01") + number * timedelta(minutes=5)
)


@st.composite
def layers(draw: Any) -> dict[str, Any]:
    starts = draw(DAYS)
    ends = draw(st.none() | st.integers(1, 400).map(lambda days: starts + timedelta(days=days)))
    return {
        "people": draw(PEOPLE),
        "starts": starts.isoformat(),
        "ends": ends and ends.isoformat(),
        "handover": draw(CLOCKS),
        "length": draw(LENGTHS),
        "restrictions": draw(st.lists(PARTS, max_size=2)),
    }


@st.composite
def overrides(draw: Any) -> dict[str, Any]:
    start = draw(MOMENTS)
    end = start + timedelta(minutes=draw(st.integers(1, 20000)))
    return {"person": draw(st.sampled_from("xyz")), "start": start, "end": end}


@st.composite
def schedules(draw: Any) -> Schedule:
    return schedule(
        *draw(st.lists(layers(), max_size=3)),
        timezone=draw(ZONES),
        overrides=draw(st.lists(overrides(), max_size=3)),
        coverage={"hours": draw(st.lists(PARTS, max_size=2))},
    )


@st.composite
def spans(draw: Any) -> tuple[datetime, datetime]:
    start = draw(MOMENTS)
    return start, start + timedelta(hours=draw(st.integers(1, 24 * 40)))


@UNHURRIED
@given(schedules(), spans())
def test_shifts_lie_in_the_span_in_order_and_apart(rota: Schedule, span: tuple[datetime, datetime]) -> None:
    found = shifts(rota, *span)
    assert all(span[0] <= shift.start < shift.end <= span[1] for shift in found)
    for before, after in pairwise(found):
        assert before.end <= after.start
        assert before.end < after.start or before[2:] != after[2:], "what goes on is one shift"


@UNHURRIED
@given(schedules(), spans(), st.data())
def test_a_span_is_the_sum_of_its_parts(rota: Schedule, span: tuple[datetime, datetime], data: Any) -> None:
    start, end = span
    middle = start + (end - start) * data.draw(st.floats(0, 1))
    halves = shifts(rota, start, middle) + shifts(rota, middle, end)
    whole = [
        part
        for shift in shifts(rota, start, end)
        for part in (
            shift._replace(end=min(shift.end, middle)),
            shift._replace(start=max(shift.start, middle)),
        )
        if part.start < part.end
    ]
    assert list(halves) == whole


@UNHURRIED
@given(schedules(), spans())
def test_gaps_are_what_is_promised_and_not_held(rota: Schedule, span: tuple[datetime, datetime]) -> None:
    held, open_ = shifts(rota, *span), gaps(rota, *span)
    assert all(gap.end <= shift.start or shift.end <= gap.start for gap in open_ for shift in held)
    if not rota.coverage.hours:
        filled = sum((part.end - part.start for part in (*held, *open_)), timedelta())
        assert filled == span[1] - span[0]
    everybody = frozenset("abcdefxyz")
    promised = sum((gap.end - gap.start for gap in gaps(rota, *span, everybody)), timedelta())
    kept = gaps(schedule(timezone=rota.timezone, coverage=rota.coverage), *span)
    assert promised == sum((gap.end - gap.start for gap in kept), timedelta())


@UNHURRIED
@given(schedules(), MOMENTS)
def test_who_is_on_call_is_whose_shift_it_is(rota: Schedule, at: datetime) -> None:
    found = on_call(rota, at)
    assert [found and found.person] == (
        [s.person for s in shifts(rota, at, at + timedelta(seconds=1))] or [None]
    )
    following = next_shift(rota, at)
    if following:
        assert following.start > at
        assert not [shift for shift in shifts(rota, at, following.start) if shift.start > at]


@UNHURRIED
@given(st.data(), ZONES, CLOCKS, st.sampled_from(("1d", "7d", "2w")), spans())
def test_summer_time_never_moves_a_handover(
    data: Any, name: str, clock: str, length: str, span: tuple[datetime, datetime]
) -> None:
    starts = data.draw(DAYS)
    rota = schedule(
        {"people": ["a", "b"], "starts": starts.isoformat(), "handover": clock, "length": length},
        timezone=name,
    )
    area = zone(name)
    for shift in shifts(rota, *span):
        if shift.start == span[0]:
            continue
        shown = wall(shift.start, area)
        planned = datetime.combine(shown.date(), rota.layers[0].handover)
        assert shown == planned or (instant(planned, area) == shift.start and shown > planned)


@UNHURRIED
@given(schedules(), spans())
def test_the_load_is_all_there_is_to_carry(rota: Schedule, span: tuple[datetime, datetime]) -> None:
    found = loads(rota, *span)
    held = sum((shift.end - shift.start for shift in shifts(rota, *span)), timedelta())
    assert abs(sum(load.hours for load in found) - held / timedelta(hours=1)) < 1e-6
    if held:
        assert abs(sum(load.share for load in found) - len(found)) < 1e-6
    assert all(
        load.night_hours <= load.hours + 1e-9 and load.weekend_hours <= load.hours + 1e-9 for load in found
    )


@UNHURRIED
@given(st.lists(schedules(), min_size=2, max_size=3), spans(), st.data())
def test_clashes_are_where_several_schedules_name_one(
    rotas: list[Schedule], span: tuple[datetime, datetime], data: Any
) -> None:
    rotas = [rota.model_copy(update={"id": f"rota-{number}"}) for number, rota in enumerate(rotas)]
    at = span[0] + (span[1] - span[0]) * data.draw(st.floats(0, 0.999))
    held: dict[str, list[str]] = {}
    for rota in rotas:
        if found := on_call(rota, at):
            held.setdefault(found.person, []).append(rota.id)
    expected = {(person, tuple(ids)) for person, ids in held.items() if len(ids) > 1}
    found_clashes = [clash for clash in clashes(rotas, *span) if clash.start <= at < clash.end]
    assert {(clash.person, clash.schedules) for clash in found_clashes} == expected
