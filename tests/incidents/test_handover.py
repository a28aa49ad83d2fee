"""What is handed over, by a small catalog, book and world; and who may accept it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.oncall.rotas import utc
from tests.trees import TEAM, write

from lightship import commandline
from lightship.catalog.catalog import Catalog
from lightship.facts.records import NOTHING, Alert, Change, Observed
from lightship.incidents import acceptance, events, handover, lifecycle
from lightship.incidents.book import EMPTY, Book, book
from lightship.journal.entry import Actor, Entry, new_id

MONDAY = utc("2026-03-09T09:00")
ADA = Actor("Ada Example", "ada", True)
FILES = {
    **TEAM,
    "lightship.yaml": "name: x\n",
    "catalog/people/bo.yaml": "name: Bo Example\nphone: '+49 30 1234567'\n",
    "catalog/schedules/nights.yaml": """\
name: Nights
timezone: Europe/Berlin
layers:
  - { people: [ada, bo], starts: 2026-03-02, handover: "10:00", length: 7d, ends: 2026-03-23 }
""",
    "catalog/schedules/second.yaml": "timezone: UTC\nsource: facts\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\nschedule: nights\nescalation: [{ schedule: second }]\n",
    "catalog/services/gone.yaml": "name: Gone\nowner: payments\nschedule: nights\nlifecycle: retired\n",
    "catalog/services/web.yaml": "name: Web\nowner: payments\n",
    "scorecards/waivers/cart-docs.yaml": """\
scorecard: basics
rule: docs
service: cart
reason_code: planned-work
reason: Next week.
approved_by: ada
approved_at: 2026-03-01
expires_at: 2026-03-12
""",
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return commandline.load(write(tmp_path_factory.mktemp("shop"), FILES))


def told(
    catalog: Catalog, held: Book = EMPTY, observed: Observed = NOTHING, at: datetime = MONDAY
) -> dict[str, Any]:
    return handover.handover(catalog, held, observed, "nights", at)


def entries(id: str, at: datetime, *those: events.Event) -> tuple[Entry, ...]:
    return lifecycle.in_turn(id, those, ADA, at)


def declared(**fields: Any) -> events.Declared:
    return events.Declared(title="Cart slow", severity="SEV2", services=("cart",), **fields)


def test_who_hands_over_to_whom_and_when(catalog: Catalog) -> None:
    found = told(catalog)
    assert found["at"] == "2026-03-09T09:00:00.000Z"
    assert (found["from"]["person"], found["to"]["person"], found["to"]["phone"]) == (
        "ada",
        "bo",
        "+49 30 1234567",
    )
    assert (found["from"]["since"], found["to"]["until"]) == (
        "2026-03-02T09:00:00.000Z",
        "2026-03-16T09:00:00.000Z",
    )
    assert found["services"] == ["cart"]
    assert found["ending"] == {
        "grants": [],
        "waivers": [
            {"id": "cart-docs", "service": "cart", "scorecard": "basics", "rule": "docs", "last_day": "2026-03-12", "reason": "Next week."}
        ],
    }  # fmt: skip


def test_incidents_of_the_shift_and_open_ones_from_before(catalog: Catalog) -> None:
    before = entries("inc-20260301-aaaa", utc("2026-03-01T12:00"), declared())
    within = entries(
        "inc-20260304-bbbb", utc("2026-03-04T12:00"), declared(), events.Resolved(text="Restarted")
    )
    drill = entries("inc-20260305-cccc", utc("2026-03-05T12:00"), declared(drill=True))
    elsewhere = entries(
        "inc-20260305-dddd",
        utc("2026-03-05T12:00"),
        events.Declared(title="Web", severity="SEV1", services=("web",)),
    )
    found = told(catalog, book([*before, *within, *drill, *elsewhere]))
    assert [each["id"] for each in found["open_incidents"]] == ["inc-20260301-aaaa", "inc-20260305-cccc"]
    assert [(each["id"], each["drill"], each["fix"]) for each in found["happened"]["incidents"]] == [
        ("inc-20260305-cccc", True, ""),
        ("inc-20260304-bbbb", False, "Restarted"),
    ]


def test_follow_ups_that_fall_due_until_the_next_hand_over(catalog: Catalog) -> None:
    due = {"late": "2026-03-05", "soon": "2026-03-16", "far": "2026-03-17"}
    made = [
        events.FollowedUp.model_validate({"id": id, "title": id, "due": day, "owner": "ada"})
        for id, day in due.items()
    ]
    done = events.FollowedUp(id="soon", state="done")
    id = "inc-20260301-aaaa"
    start = utc("2026-03-01T12:00")
    found = told(catalog, book(entries(id, start, declared(), *made)))
    assert [(each["id"], each["overdue"]) for each in found["follow_ups"]] == [
        ("late", True),
        ("soon", False),
    ]
    after = told(
        catalog, book([*entries(id, start, declared(), *made), *entries(id, start + timedelta(1), done)])
    )
    assert [each["id"] for each in after["follow_ups"]] == ["late"]


def test_what_the_world_did_and_will_do(catalog: Catalog) -> None:
    def change(id: str, at: str, **fields: Any) -> Change:
        return Change.model_validate({"id": id, "title": id, "at": utc(at), "services": ("cart",), **fields})

    changes = (
        change("old", "2026-03-02T08:59"),
        change("first", "2026-03-02T09:00"),
        change("other", "2026-03-04", services=("web",)),
        change("last", "2026-03-09T08:59", status="failed"),
        change("next", "2026-03-12", status="planned"),
        change("far", "2026-03-20", status="planned"),
    )
    alert = Alert(id="a", name="High", at=utc("2026-03-05"), services=("cart",))
    found = told(catalog, observed=Observed(changes=changes, alerts=(alert,)))
    assert [each["id"] for each in found["happened"]["changes"]] == ["last", "first"]
    assert [each["id"] for each in found["planned"]] == ["next"]
    assert [each["name"] for each in found["happened"]["alerts"]] == ["High"]
    assert found["unknown"] == []
    assert len(told(catalog)["unknown"]) == 2


def test_gaps_of_the_next_watch(catalog: Catalog) -> None:
    found = told(catalog, at=utc("2026-03-16T09:00"))
    assert (found["to"]["person"], found["to"]["until"]) == ("ada", "2026-03-23T09:00:00.000Z")
    assert found["gaps"] == []
    last = told(catalog, at=utc("2026-03-23T08:00"))
    assert last["at"] == "2026-03-16T09:00:00.000Z"


def test_a_schedule_that_is_only_escalated_to_has_those_services_and_says_what_is_unknown(
    catalog: Catalog,
) -> None:
    found = handover.handover(catalog, EMPTY, NOTHING, "second", MONDAY)
    assert (found["services"], found["from"], found["to"], found["at"]) == (["cart"], None, None, None)
    assert found["unknown"][0].startswith("who hands over to whom is unknown: no snapshot")


def accepted(schedule: str, data: Mapping[str, Any], by: Actor = ADA) -> Entry:
    return Entry(new_id(MONDAY), acceptance.KIND, schedule, MONDAY, by, data)


def test_it_is_accepted_for_this_moment_and_person_alone(catalog: Catalog) -> None:
    found = handover.near(catalog, NOTHING, "nights", MONDAY)
    assert found is not None
    entry = accepted("nights", acceptance.data(found, "all quiet"), Actor("Bo Example", "bo", True))
    assert told(catalog, book([entry]))["accepted"] == {
        "at": "2026-03-09T09:00:00.000Z", "person": "bo", "verified": True, "note": "all quiet",
    }  # fmt: skip
    assert told(catalog, book([entry]), at=utc("2026-03-16T09:00"))["accepted"] is None
    assert told(catalog, book([accepted("second", entry.data)]))["accepted"] is None


@pytest.mark.parametrize(
    ("person", "now", "why"),
    [
        ("bo", MONDAY, ""),
        ("bo", MONDAY - timedelta(hours=24), ""),
        ("bo", MONDAY + timedelta(days=3), ""),
        (
            "bo",
            MONDAY - timedelta(hours=24, seconds=1),
            "it can be accepted from 2026-03-08T09:00:00.000Z on",
        ),
        ("ada", MONDAY, "only they accept it (--as bo); where it is somebody else in truth, add an override"),
        ("", MONDAY, "only they accept it (--as bo)"),
    ],
)
def test_only_who_takes_over_may_accept(catalog: Catalog, person: str, now: datetime, why: str) -> None:
    found = handover.near(catalog, NOTHING, "nights", MONDAY)
    said = acceptance.refusal(catalog, "nights", found, person, now)
    assert why in said and bool(why) == bool(said)
    assert found is not None and found.incoming is not None
    stranger = found._replace(incoming=found.incoming._replace(person="Jo Doe"))
    assert "add them to catalog/people" in acceptance.refusal(catalog, "nights", stranger, "bo", MONDAY)
    assert "nothing to accept" in acceptance.refusal(catalog, "second", None, "bo", MONDAY)
