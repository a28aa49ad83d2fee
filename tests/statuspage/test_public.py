"""The public view: what is in it, what never is, and that nothing internal reaches a byte of what is published."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from tests.incidents.stories import T, told
from tests.statuspage.canaries import Canaries
from tests.trees import write

from lightship import commandline
from lightship.catalog.catalog import Catalog
from lightship.incidents import events
from lightship.incidents.events import Event
from lightship.incidents.incident import Incident
from lightship.statuspage.public import DAYS, PublicView, public_view
from lightship.statuspage.site import files, headline

NOW = T + timedelta(minutes=60)
SINCE = T - timedelta(days=30)
SHOP = {
    "lightship.yaml": "name: Shop\n",
    "catalog/teams/payments.yaml": "name: Payments\n",
    "catalog/systems/ordering.yaml": "name: Ordering\nowner: payments\n",
    "catalog/services/checkout.yaml": (
        "name: Checkout\nowner: payments\nsystem: ordering\nformerly: [till]\n"
        "integrations: {statuspage: {component: abc}}\n"
    ),
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\nintegrations: {statuspage: {component: def}}\n",
    "catalog/services/ledger.yaml": "name: Ledger\nowner: payments\nsystem: ordering\n",
}
# What decides which path is taken; no text of anybody's.
LOGIC = frozenset({"severity", "state", "type", "what", "changes", "lifecycle", "timezone", "journal"})
PUBLIC = {
    "settings.name",
    "entities.service.name",
    "entities.system.name",
    "incident.timeline.text",
}


def everything() -> tuple[tuple[float, Event], ...]:
    """Every event there is, every field of it given; each text is told once."""
    stamp = T + timedelta(minutes=1)
    found: dict[str, dict[str, Any]] = {
        "declared": {
            "title": "the internal title",
            "severity": "SEV1",
            "services": ("checkout", "ledger"),
            "labels": ("a label",),
            "symptom": "a symptom",
            "type": "incident",
            "drill": False,
            "at": T,
            "impact_started": T - timedelta(minutes=9),
            "detected": T - timedelta(minutes=4),
            "reason": "why so late",
            "commander": "leader-person",
            "source": {
                "system": "src-system",
                "key": "src-key",
                "path": "src-path",
                "url": "https://src.example",
            },
        },
        "briefed": {"brief": {"brief-key": ["brief-value", {"deep-key": "deep-value"}]}},
        "acknowledged": {"at": stamp, "text": "internal ack", "reason": "ack reason"},
        "updated": {
            "text": "internal update",
            "status": "identified",
            "severity": "SEV2",
            "roles": {"a-role": "a-holder"},
            "bridge": "the bridge",
            "channel": "the channel",
            "public": False,
            "services": ("cart",),
            "suspect": "chg-suspect",
            "at": stamp,
            "reason": "update reason",
        },
        "mitigated": {"at": stamp, "text": "internal fix", "reason": "mitigation reason", "public": False},
        "resolved": {
            "at": stamp,
            "text": "internal end",
            "cause": "chg-cause",
            "reason": "resolution reason",
            "public": False,
        },
        "followed-up": {
            "id": "fu-one",
            "state": "open",
            "title": "follow-up title",
            "owner": "fu-owner",
            "due": "2026-04-01",
            "url": "https://follow.example",
            "reason": "fu reason",
            "at": T - timedelta(minutes=2),
        },
        "corrected": {
            "reason": "correction reason",
            "milestone": "detected",
            "at": T - timedelta(minutes=3),
            "title": "a second internal title",
            "type": "incident",
            "drill": False,
            "services": ("checkout", "cart", "ledger"),
            "cause": "chg-cause-two",
        },
        "helped": {
            "runbook": "a-runbook",
            "helped": True,
            "content_hash": "0123456789abcdef",
            "note": "rb note",
        },
        "closed": {
            "reason": "closing reason",
            "at": stamp,
            "duplicate_of": "inc-20260101-aaaa",
            "merged_into": "inc-20260101-bbbb",
        },
        "reopened": {"reason": "reopening reason", "at": stamp},
        "postmortem-drafted": {"path": "pm/draft.md", "branch": "pm-branch"},
        "postmortem-published": {"path": "pm/published.md", "at": stamp},
    }
    models = events.models()
    assert found.keys() == models.keys(), (
        "an event is new: fill its fields here, and decide what of it is public"
    )
    for what, data in found.items():
        assert data.keys() == models[what].model_fields.keys(), f"{what} has a new field: is it public?"
    made: list[tuple[float, Event]] = [
        (number + 1.0, models[what].model_validate(data)) for number, (what, data) in enumerate(found.items())
    ]
    said = events.Updated(text="what the public was told", public=True)
    return (made[0], (0.5, said), *made[1:])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return commandline.load(write(tmp_path_factory.mktemp("shop"), SHOP))


def public(*story: tuple[float, Event], id: str = "inc-20260302-abcd", **more: object) -> Incident:
    """An incident that the public was told of."""
    data = {"title": "inside", "severity": "SEV2", "services": ("checkout",), **more}
    return told(
        (0, events.Declared.model_validate(data)),
        (5, events.Updated(text="Paying fails.", public=True)),
        *story,
        id=id,
    )


def seen(catalog: Catalog, *incidents: Incident, now: datetime = NOW) -> PublicView:
    return public_view(catalog, incidents, SINCE, now)


def bytes_of(view: PublicView) -> bytes:
    return b"\n".join(path.encode() + b"\n" + data for path, data in files(view).items())


@pytest.mark.parametrize("ends", [0, 4, 5, 9, 12])
def test_no_internal_text_reaches_a_byte_of_the_output(demo: Path, ends: int) -> None:
    """Catalog, settings and incident with a canary in every text: only those of the allow-list come out."""
    story = everything()
    incident = told(*story[: 2 + ends])
    canaries = Canaries(LOGIC)
    catalog = commandline.load(demo)
    incident = replace(incident, services=("checkout", "ledger", "cart"))
    # A text that is public must be known from one that is not, also where both are told by the same sort of line.
    internal = canaries.marked(
        replace(incident, timeline=tuple(each for each in incident.timeline if not each.public)), "internal"
    )
    told_publicly = canaries.marked(
        tuple(each for each in incident.timeline if each.public), "incident.timeline"
    )
    marked = replace(internal, timeline=(*told_publicly, *internal.timeline))
    catalog = replace(
        catalog,
        settings=canaries.marked(catalog.settings, "settings"),
        entities={
            kind: canaries.marked(by_id, f"entities.{kind}") for kind, by_id in catalog.entities.items()
        },
    )
    assert len(canaries.places) > 1000
    view = public_view(catalog, [marked], SINCE, NOW)
    assert view.open or view.past
    found = canaries.found(bytes_of(view))
    assert found, "nothing was published: the test would see nothing"
    leaked = {canary: canaries.places[canary] for canary in found if not canaries.places[canary] & PUBLIC}
    assert leaked == {}
    shown = set().union(*(canaries.places[canary] & PUBLIC for canary in found))
    assert shown == PUBLIC
    for word in (b"SEV", b"inc-2026", b"/work", str(demo).encode()):
        assert word not in bytes_of(view)


def test_only_services_of_the_status_page_are_named(shop: Catalog) -> None:
    view = seen(shop, public(services=("ledger", "till", "cart")))
    assert [(group.name, [each.name for each in group.services]) for group in view.groups] == [
        ("Ordering", ["Checkout"]),
        ("", ["Cart"]),
    ]
    # A service is known by the id that it had before.
    assert view.open[0].services == ("Checkout", "Cart")
    assert view.open[0].title == "Problems with Checkout and Cart"
    assert b"Ledger" not in bytes_of(view)


def test_an_incident_of_no_public_service_is_called_after_the_page(shop: Catalog) -> None:
    view = seen(shop, public(services=("ledger",)))
    assert view.open[0].title == "Problems with Shop"
    assert headline(view) == "Problems with Shop"
    assert b"Ledger" not in bytes_of(view)


def test_what_the_public_was_not_told_is_not_there(shop: Catalog) -> None:
    silent = told(
        (0, events.Declared(title="inside", severity="SEV1", services=("checkout",))),
        (1, events.Updated(text="only for us")),
    )
    assert headline(seen(shop, silent)) == "All systems operational"
    assert b"only for us" not in bytes_of(seen(shop, silent))


def test_a_drill_is_never_public(shop: Catalog) -> None:
    assert seen(shop, public(drill=True)).open == ()
    # Also where it turns out later to have been one.
    late = public((9, events.Corrected(reason="it was a drill", drill=True)))
    assert seen(shop, late).open == ()


def test_a_duplicate_of_what_is_shown_is_left_out(shop: Catalog) -> None:
    other = public(
        (9, events.Closed(reason="same", duplicate_of="inc-20260302-abcd")), id="inc-20260302-efgh"
    )
    assert len(seen(shop, public(), other).open) == 1
    assert seen(shop, public(), other).past == ()
    # Where the other one is not shown, what the public was told stays.
    assert len(seen(shop, other).past) == 1


def test_how_far_it_is(shop: Catalog) -> None:
    steps: list[tuple[float, Event]] = [
        (8, events.Updated(text="inside", status="identified")),
        (10, events.Mitigated(text="We switched over.", public=True)),
        (40, events.Resolved(text="It works again.", public=True)),
    ]
    states = [seen(shop, public(*steps[:count])) for count in range(4)]
    assert [view.open[0].state for view in states[:3]] == ["investigating", "identified", "monitoring"]
    assert [view.groups[0].services[0].state for view in states] == [
        "problem",
        "problem",
        "recovering",
        "operational",
    ]
    assert [headline(view) for view in states] == [
        "1 of 2 services has problems",
        "1 of 2 services has problems",
        "1 of 2 services is recovering",
        "All systems operational",
    ]
    over = states[3].past[0]
    assert over.ended_at == T + timedelta(minutes=40)
    assert [(each.state, each.text) for each in over.updates] == [
        ("resolved", "It works again."),
        ("monitoring", "We switched over."),
        ("investigating", "Paying fails."),
    ]


def test_days_are_unknown_before_records_begin(shop: Catalog) -> None:
    days = dict(seen(shop, public()).groups[0].services[0].days)
    assert len(days) == DAYS
    assert days[T.date()] == "problem"
    assert days[SINCE.date()] == "operational"
    assert days[SINCE.date() - timedelta(days=1)] == "unknown"
    none = public_view(shop, (), None, NOW)
    assert {state for _, state in none.groups[0].services[0].days} == {"unknown"}
    assert b"No records yet" in files(none)["index.html"]


def test_maintenance_is_planned_then_under_way_then_over(shop: Catalog) -> None:
    begins = NOW + timedelta(days=2)
    planned = public(type="maintenance", impact_started=begins)
    ahead = seen(shop, planned)
    assert (len(ahead.scheduled), ahead.open, headline(ahead)) == (1, (), "All systems operational")
    assert ahead.scheduled[0].updates[0].state == "scheduled"
    during = seen(shop, planned, now=begins + timedelta(minutes=5))
    assert headline(during) == "1 of 2 services is under maintenance"
    assert during.groups[0].services[0].days[-1][1] == "maintenance"


def test_it_works_with_nothing(tmp_path: Path) -> None:
    view = public_view(commandline.load(write(tmp_path, {"lightship.yaml": "name: Shop\n"})), (), None, NOW)
    assert headline(view) == "All systems operational"
    assert b"No service is shown here yet" in files(view)["index.html"]


def test_texts_stay_texts(shop: Catalog) -> None:
    evil = public((9, events.Updated(text='<script>alert(1)</script> & "quotes"', public=True)))
    made = files(seen(shop, evil))
    for path in ("index.html", "feed.atom"):
        assert b"<script>" not in made[path]
        assert b"&lt;script&gt;" in made[path]
    assert "<script>" in json.loads(made["status.json"])["open"][0]["updates"][0]["text"]


def test_pages_bring_no_scripts_and_no_styles_of_their_own(shop: Catalog) -> None:
    for path, data in files(seen(shop, public())).items():
        if path.endswith(".html"):
            assert b"default-src 'none'" in data
            assert b"<script" not in data and b"style=" not in data and b"<style" not in data


def test_the_feed_is_one(shop: Catalog) -> None:
    feed = ET.fromstring(files(seen(shop, public()))["feed.atom"])
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.findall(f"{atom}entry")
    assert entry.findtext(f"{atom}title") == "Problems with Checkout: Investigating"
    assert datetime.fromisoformat(entry.findtext(f"{atom}updated") or "") == (
        T + timedelta(minutes=5)
    ).astimezone(UTC)
    assert "Paying fails." in (entry.findtext(f"{atom}content") or "")
