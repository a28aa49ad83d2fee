"""A pager's schedule: believed while it is fresh, as far as it tells; never a guess."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.oncall.rotas import layer, override, schedule, utc
from tests.trees import TEAM, write

from lightship import commandline
from lightship.catalog.catalog import Catalog
from lightship.facts.records import NOTHING, Observed, PagerSchedule, PagerShift
from lightship.oncall.current import HORIZON, duties, duty
from lightship.oncall.fairness import loads
from lightship.oncall.pager import resolved

SEEN = utc("2026-03-02T08:00")
SHIFTS = (
    PagerShift(utc("2026-03-02T09:00"), utc("2026-03-03T09:00"), "ada"),
    PagerShift(utc("2026-03-03T09:00"), utc("2026-03-04T09:00"), "Jo Doe"),
    PagerShift(utc("2026-03-05T09:00"), utc("2026-03-06T09:00"), "ada"),
)
OBSERVED = Observed(schedules={"nights": PagerSchedule("pagerduty", SEEN, SHIFTS)})


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    write(
        tmp_path,
        {
            **TEAM,
            "lightship.yaml": "name: x\n",
            "catalog/schedules/nights.yaml": "timezone: UTC\nsource: facts\nmax_age: 2d\n",
        },
    )
    return commandline.load(tmp_path)


def test_rotations_are_theirs_whatever_a_pager_says() -> None:
    rota = schedule(layer("ab"), id="nights")
    assert resolved(rota, OBSERVED, SEEN).schedule is rota
    assert resolved(rota, OBSERVED, SEEN).age(SEEN) is None


def test_shifts_of_the_snapshot_hold_also_for_people_whom_nobody_knows(catalog: Catalog) -> None:
    now = utc("2026-03-03T12:00")
    found = duty(catalog, OBSERVED, "nights", now)
    assert (found.known, found.source, found.person, found.until, found.then, found.age) == (
        True,
        "pagerduty",
        "Jo Doe",
        utc("2026-03-04T09:00"),
        "ada",
        timedelta(hours=28),
    )
    assert [(hole.start, hole.end) for hole in found.holes] == [
        (utc("2026-03-04T09:00"), utc("2026-03-05T09:00"))
    ]
    assert found.turns[-1].end == utc("2026-03-06T09:00")


def test_before_the_first_shift_the_pager_says_nobody(catalog: Catalog) -> None:
    found = duty(catalog, OBSERVED, "nights", utc("2026-03-02T08:30"))
    assert (found.known, found.person, found.is_open, found.then) == (True, "", True, "ada")


@pytest.mark.parametrize(
    ("now", "at", "why"),
    [
        ("2026-03-04T08:01", None, "unknown: last heard from pagerduty 2 days ago: record its shifts"),
        ("2026-03-03T08:00", "2026-03-06T09:00", "unknown: last heard from pagerduty 24 h ago, of no shift after 2026-03-06 09:00 UTC"),
        ("2026-03-03T08:00", "2026-03-01T00:00", "unknown: pagerduty told of no shift before 2026-03-02 08:00 UTC"),
    ],
)  # fmt: skip
def test_what_is_stale_or_beyond_it_is_unknown(catalog: Catalog, now: str, at: str | None, why: str) -> None:
    found = duty(catalog, OBSERVED, "nights", utc(now), utc(at) if at else None)
    assert found.why.startswith(why)
    assert (found.known, found.person, found.until, found.then, found.holes, found.is_open) == (
        False, "", None, "", (), False,
    )  # fmt: skip
    assert found.current.holds(utc(at or now))


def test_one_second_decides(catalog: Catalog) -> None:
    edge = SEEN + timedelta(days=2)
    assert duty(catalog, OBSERVED, "nights", edge).known
    assert not duty(catalog, OBSERVED, "nights", edge + timedelta(seconds=1)).known


def test_of_a_past_moment_an_old_snapshot_still_tells(catalog: Catalog) -> None:
    found = duty(catalog, OBSERVED, "nights", utc("2026-03-20"), utc("2026-03-02T12:00"))
    assert found.person == "ada"


def test_without_a_snapshot_the_remedy_is_named(catalog: Catalog) -> None:
    found = duties(catalog, SEEN)["nights"]
    assert (
        found.why
        == "unknown: no snapshot of its pager is here: record its shifts with `lightship record oncall`"
    )
    assert (found.turns[0].start, found.turns[-1].end) == (SEEN - timedelta(days=1), SEEN + HORIZON)


def test_layers_and_overrides_of_such_a_schedule_count_for_nothing() -> None:
    rota = schedule(
        layer("xy"),
        id="nights",
        source="facts",
        overrides=[override("z", "2026-03-02T09:00", "2026-03-03T09:00")],
    )
    believed = resolved(rota, OBSERVED, SEEN)
    assert {each.person for each in loads(believed.schedule, *believed.within(SEEN, utc("2026-04-01")))} == {
        "ada",
        "Jo Doe",
    }
    assert resolved(rota, NOTHING, SEEN).within(SEEN, utc("2026-04-01")) == (SEEN, SEEN)
