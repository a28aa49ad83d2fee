"""The demo's year: the same for the same day, true to the schedules, and holding what the pages have to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import mean

import pytest

from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.demo import notable
from lightship.demo.records import Levels
from lightship.demo.world import VIA, World, midnight
from lightship.demo.year import DAYS, KIND, Known, Year, known, year
from lightship.facts.records import Change
from lightship.incidents import postmortem, promises
from lightship.incidents.book import Book, book
from lightship.incidents.events import MILESTONES
from lightship.incidents.incident import Incident
from lightship.oncall.shifts import on_call
from lightship.scorecards import history

_DAY = date(2026, 11, 20)
_LADDERS = {"care": ("bronze", "silver", "gold")}


@cache
def _catalog(root: Path) -> Catalog:
    return load(folder(root))


@pytest.fixture(scope="module")
def catalog(demo: Path) -> Catalog:
    return _catalog(demo)


def _world(catalog: Catalog, last: date, seed: int = 1) -> World:
    return World(catalog, seed, midnight(last - timedelta(days=DAYS)), midnight(last))


def _levels(catalog: Catalog) -> Levels:
    return {"care": dict.fromkeys(catalog.services, "silver")}


def _year(catalog: Catalog, last: date, before: Known | None = None, seed: int = 1) -> Year:
    world = _world(catalog, last, seed)
    return year(world, last, _levels(catalog), _LADDERS, before or Known())


@pytest.fixture(scope="module")
def made(catalog: Catalog) -> Year:
    return _year(catalog, _DAY)


@pytest.fixture(scope="module")
def told(made: Year) -> Book:
    return book(made.entries)


def _bytes(made: Year) -> list[bytes]:
    return [entry.to_bytes() for entry in made.entries]


def test_the_same_day_gives_the_same_year(catalog: Catalog, made: Year) -> None:
    again = _year(catalog, _DAY)
    assert _bytes(again) == _bytes(made)
    assert (again.changes, again.alerts) == (made.changes, made.alerts)
    assert _bytes(_year(catalog, _DAY, seed=2)) != _bytes(made)


def test_a_day_later_the_shared_days_are_the_same(catalog: Catalog, made: Year) -> None:
    """But for the two incidents of the night before the end, and for what lies on the day that fell out."""
    later = _year(catalog, _DAY + timedelta(days=1))
    nights = {
        each.id
        for day in (_DAY, _DAY + timedelta(days=1))
        for each in notable.night(_world(catalog, day), day)
    }
    first = midnight(_DAY + timedelta(days=1 - DAYS))
    gone = {each.id for each in book(made.entries).incidents.values() if each.declared_at < first}

    def shared(of: Year) -> dict[str, bytes]:
        return {
            entry.id: entry.to_bytes()
            for entry in of.entries
            if first <= entry.recorded_at < midnight(_DAY)
            and entry.subject not in nights | gone
            and entry.kind != KIND
        }

    assert shared(later) == shared(made) and len(shared(made)) > 1500
    happened = {
        each.id: each for each in made.changes if first <= each.at < midnight(_DAY - timedelta(days=1))
    }
    then = {each.id: each for each in later.changes}
    lacking = [id for id, change in happened.items() if then.get(id) != change]
    assert not [id for id in lacking if not _of_the_night(happened[id])]


def _of_the_night(change: Change) -> bool:
    return change.at >= midnight(_DAY) - timedelta(hours=2)


def test_going_on_adds_what_is_new_and_nothing_else(catalog: Catalog, made: Year) -> None:
    before = known(made.entries)
    assert before.until == _DAY and _year(catalog, _DAY, before).entries == ()
    more = _year(catalog, _DAY + timedelta(days=3), before)
    assert all(entry.recorded_at >= midnight(_DAY) for entry in more.entries)
    both = {entry.id: entry for entry in (*made.entries, *more.entries)}
    assert len(both) == len(made.entries) + len(more.entries)
    incidents = book(both.values()).incidents
    for each in notable.night(_world(catalog, _DAY), _DAY):
        assert incidents[each.id].state == "resolved"
    assert [each.flags for each in incidents.values() if each.flags] == []
    assert more.incidents == len(incidents)
    assert more.total_changes == len(
        {each.id for each in (*made.changes, *more.changes) if each.at < midnight(_DAY + timedelta(days=3))}
    )


def test_what_people_took_in_hand_is_theirs(catalog: Catalog, made: Year) -> None:
    fire, _ = notable.night(_world(catalog, _DAY), _DAY)
    mine = [
        replace(entry, by=replace(entry.by, via="cli"), id=f"{entry.id[:-4]}ZZZZ")
        for entry in made.entries
        if entry.subject == fire.id
    ][-1:]
    more = _year(catalog, _DAY + timedelta(days=2), known((*made.entries, *mine)))
    assert fire.id not in {entry.subject for entry in more.entries}


def test_what_was_never_declared_is_not_gone_on_with(catalog: Catalog, made: Year) -> None:
    before = replace(known(made.entries), ids=frozenset())
    more = _year(catalog, _DAY + timedelta(days=2), before)
    told = Counter(entry.kind for entry in more.entries if entry.kind.startswith("incident."))
    assert len(book(more.entries).incidents) == told["incident.declared"] > 0


def test_all_of_it_says_that_it_is_made_up(made: Year) -> None:
    assert {entry.by.via for entry in made.entries} == {VIA}
    last = made.entries[-1]
    assert (last.kind, last.subject, last.data["invented"]) == (KIND, "2026-11-20", True)
    assert all(entry.recorded_at < midnight(_DAY) for entry in made.entries[:-1])


def test_there_is_enough_of_everything(made: Year, told: Book) -> None:
    incidents = tuple(told.incidents.values())
    real = [each for each in incidents if each.counts]
    assert 120 <= len(incidents) <= 190 and made.incidents == len(incidents)
    assert 2500 <= made.total_changes <= 4000
    graded = Counter(each.severity for each in real)
    assert graded["SEV3"] > graded["SEV1"] > 3 and set(graded) == {f"SEV{grade}" for grade in range(1, 6)}
    assert sum(each.drill for each in incidents) == 12
    for share in (
        [each for each in incidents if each.duplicate_of],
        [each for each in incidents if each.reopened],
        [each for each in incidents if not each.verified],
        [each for each in incidents if each.type == "notice"],
        [each for each in incidents if each.type == "maintenance"],
        [each for each in real if "impact_started" not in each.milestones],
        [each for each in real if "acknowledged" not in each.milestones],
        [each for each in real if each.severities[0].severity != each.severity],
        [each for each in real if any(stone.source == "correction" for stone in each.milestones.values())],
        [each for each in real if each.declared_at.weekday() >= 5],
        [each for each in real if not 6 <= each.declared_at.hour < 20],
        [each for each in real if each.runbooks],
        [each for each in real if each.cause],
    ):
        assert 0 < len(share) < len(incidents)
    kinds = Counter(change.kind for change in made.changes)
    assert kinds["deployment"] > 2000 and kinds["rollback"] > 20
    assert {"succeeded", "failed", "rolled-back", "planned"} == {change.status for change in made.changes}
    assert all(change.at >= midnight(_DAY) for change in made.changes if change.status == "planned")


def test_nothing_contradicts_itself(told: Book) -> None:
    assert [each.flags for each in told.incidents.values() if each.flags] == []
    for each in told.incidents.values():
        stones = [each.milestones[name].at for name in MILESTONES if name in each.milestones]
        assert stones == sorted(stones) or each.reopened, each.id


def test_one_burns_and_one_is_mitigated_when_it_ends(catalog: Catalog, told: Book) -> None:
    fire, embers = (told.incidents[each.id] for each in notable.night(_world(catalog, _DAY), _DAY))
    assert (fire.severity, fire.state, embers.state) == ("SEV2", "identified", "mitigated")
    assert fire.holder("commander") and midnight(_DAY) - fire.began_at < timedelta(hours=1)


def test_repairs_get_faster_by_about_a_third(told: Book) -> None:
    def mttr(quarter: int) -> float:
        begins = midnight(_DAY - timedelta(days=DAYS - 91 * quarter))
        return mean(
            (each.milestones["resolved"].at - each.milestones["impact_started"].at).total_seconds()
            for each in told.incidents.values()
            if each.counts
            and {"resolved", "impact_started"} <= set(each.milestones)
            and begins <= each.declared_at < begins + timedelta(days=91)
        )

    assert 0.15 < 1 - mttr(3) / mttr(0) < 0.5


def test_who_acts_is_who_the_schedules_say(catalog: Catalog, told: Book) -> None:
    seen = 0
    for each in told.incidents.values():
        service = catalog.services[each.services[0]]
        shift = on_call(catalog.schedules[service.schedule], each.declared_at) if service.schedule else None
        if shift and each.verified and each.type == "incident" and not (each.drill or each.duplicate_of):
            assert each.declared_by == shift.person, each.id
            seen += 1
    assert seen > 50


def test_something_is_late_and_little(catalog: Catalog, told: Book) -> None:
    kept = promises.promises(told.incidents.values(), catalog.settings, midnight(_DAY))
    late = Counter(promise.kind for promise in kept if promise.late)
    assert 1 <= late["follow-up"] <= 6 and late["postmortem"] <= 3


def test_levels_of_the_past(catalog: Catalog, made: Year) -> None:
    days = [entry for entry in made.entries if entry.kind == history.KIND]
    assert [entry.subject for entry in days] == [
        f"{_DAY - timedelta(days=DAYS - number):%Y-%m-%d}" for number in range(DAYS)
    ]
    order = (history.NONE, *_LADDERS["care"])

    def total(data: Mapping[str, Mapping[str, str]]) -> int:
        return sum(order.index(level) for level in data["care"].values())

    assert total(days[0].data) < total(days[-1].data)
    assert {service for entry in days for service in entry.data["care"]} == set(catalog.services)


def test_the_texts_in_the_repository_are_about_its_incidents(
    demo: Path, catalog: Catalog, told: Book
) -> None:
    texts = {path.stem: path.read_text() for path in (demo / postmortem.FOLDER).glob("*.md")}
    stories = {each.id: each for each in notable.written(_world(catalog, _DAY))}
    assert set(texts) == set(stories) and len(texts) == 3
    for id, text in texts.items():
        incident = told.incidents[id]
        changes = {change.id: change for change in stories[id].changes}
        drafted = postmortem.draft(_as_drafted(incident), catalog, changes)
        facts = [line for line in drafted.splitlines() if line[:2] in ("# ", "| ", "- ") and "…" not in line]
        assert [line for line in facts if line not in text.splitlines()] == []
        assert incident.postmortem_path == postmortem.path(id) and "…" not in text


def _as_drafted(incident: Incident) -> Incident:
    """The incident as it was when its post-mortem was drafted."""
    assert incident.postmortem_drafted_at is not None
    before = [moved for moved in incident.timeline if moved.at < incident.postmortem_drafted_at]
    stones = {name: stone for name, stone in incident.milestones.items() if name != "closed"}
    opened = tuple(replace(each, state="open") for each in incident.follow_ups)
    return replace(incident, timeline=tuple(before), milestones=stones, follow_ups=opened)


_SOON = (date(2026, 12, 1), date(2028, 2, 29))
_LATER = tuple(date(2026, 4, 1) + timedelta(days=97 * number) for number in range(18))


@pytest.mark.parametrize("last", [*_SOON, *(pytest.param(day, marks=pytest.mark.slow) for day in _LATER)])
def test_every_year_can_be_told(catalog: Catalog, last: date) -> None:
    made = _year(catalog, last)
    incidents = book(made.entries)
    assert len(made.entries) == len({entry.path for entry in made.entries}) > 1000
    nights = {each.id for each in notable.night(_world(catalog, last), last)}
    assert nights <= {each.id for each in incidents.open} and len(incidents.open) <= 5


@pytest.mark.parametrize("services", [("checkout", "frontend", "ad"), ("quote",), ()])
def test_a_shop_with_fewer_services_has_a_year_too(catalog: Catalog, services: tuple[str, ...]) -> None:
    kept = {id: catalog.services[id] for id in services}
    smaller = replace(catalog, entities={**catalog.entities, "service": kept, "schedule": {}, "runbook": {}})
    made = _year(smaller, _DAY)
    assert {id for each in book(made.entries).incidents.values() for id in each.services} <= set(kept)


def test_moments_are_in_utc(made: Year) -> None:
    assert all(entry.recorded_at.utcoffset() == timedelta(0) for entry in made.entries)
    assert made.entries[0].recorded_at >= datetime(2025, 11, 20, tzinfo=UTC)


def test_the_last_nights_incidents_have_briefs(catalog: Catalog, told: Book) -> None:
    night = [told.incidents[each.id] for each in notable.night(_world(catalog, _DAY), _DAY)]
    for each in night:
        assert each.brief is not None and each.brief["subject"]["id"] == each.id
    fire = night[0]
    assert fire.brief is not None
    assert fire.suspects[0] in [change["id"] for change in fire.brief["changes"][:3]]
    assert fire.brief["on_call"][0]["person"] == fire.declared_by


def test_nothing_is_known_before_it_happens(catalog: Catalog, made: Year) -> None:
    fire, _ = notable.night(_world(catalog, _DAY), _DAY)
    changes = {change.id: change for change in made.changes}
    culprit = next(change for change in fire.changes if change.id in changes)
    assert changes[culprit.id].status == "succeeded"
    assert all(alert.ended_at is None or alert.ended_at < midnight(_DAY) for alert in made.alerts)
