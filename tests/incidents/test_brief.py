"""The brief says everything that is known around an incident or a service, and names what is not."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.incidents.stories import T, declared, told
from tests.trees import write

from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.runbook_hash import content_hash
from lightship.catalog.source import folder
from lightship.facts.records import NOTHING, Alert, Change, Observed
from lightship.incidents import events
from lightship.incidents.brief import brief
from lightship.incidents.incident import Incident
from lightship.incidents.known import Known

KEYS = {
    "subject", "as_of", "services", "owner", "on_call", "frozen", "maintenance", "open_incidents", "blast_radius", "alerts", "changes", "similar",
    "experts", "runbooks", "slos", "customers", "features", "initiatives", "links", "unknown",
}  # fmt: skip
FILES = {
    "catalog/people/ada.yaml": "name: Ada Example\nemail: ada@example.com\nphone: +49 30 1234567\n",
    "catalog/people/bob.yaml": "name: Bob Example\ngithub: as-bob\n",
    "catalog/teams/shop.yaml": "name: Shop\nmembers: [ada, bob]\nlead: bob\nslack: '#shop'\n",
    "catalog/schedules/shop-primary.yaml": (
        "name: Shop primary\nteam: shop\ntimezone: Europe/Berlin\n"
        "layers: [{people: [ada, bob], starts: 2026-01-05, handover: '09:00', length: 7d}]\n"
    ),
    "catalog/runbooks/checkout-errors.yaml": (
        "name: Checkout fails\nalerts: [CheckoutErrors]\nsymptoms: ['Customers see \"Your order could not be placed\".']\n"
        "steps: [{title: Look at the errors, manual: Look.}]\nreviewed_at: 2026-02-01\n"
    ),
    "catalog/runbooks/receipts-late.yaml": (
        "name: Receipts pile up\nsymptoms: [Receipts arrive hours late.]\nsteps: [{title: Count the queue, manual: Count.}]\n"
    ),
    "catalog/services/frontend.yaml": "name: Frontend\nowner: shop\ndepends_on: [checkout]\nfeatures: [browse]\n",
    "catalog/services/checkout.yaml": (
        "name: Checkout\nowner: shop\ntier: 1\nschedule: shop-primary\ndepends_on: [payment, {service: email, kind: async, critical: false}]\n"
        "runbooks: [checkout-errors]\nslos: [orders]\nfeatures: [buy]\ncustomers: [shops]\n"
        "integrations: {slack: {channel: svc-checkout}, dynatrace: {dashboard: https://dynatrace.example/d/1}}\n"
    ),
    "catalog/services/payment.yaml": "name: Payment\nowner: shop\n",
    "catalog/services/email.yaml": "name: Email\nowner: nobody-knows\nrunbooks: [receipts-late]\n",
    "catalog/slos/orders.yaml": "name: Orders placed\nobjective: 99.9\nwindow: 28d\n",
    "catalog/features/buy.yaml": "name: Buy\nimportance: critical\n",
    "catalog/features/browse.yaml": "name: Browse\n",
    "catalog/customers/shops.yaml": "name: Shops\nsegment: enterprise\n",
    "catalog/initiatives/ready.yaml": (
        "name: Ready\nobjective: Be ready.\nsponsor: bob\nscope: service.tier == 1\nstarts: 2026-01-01\ndue: 2026-12-01\n"
    ),
}  # fmt: skip
NOW = T + timedelta(minutes=30)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load(folder(write(tmp_path_factory.mktemp("shop"), FILES)))


INCIDENT = told(declared("Orders cannot be placed", impact_started=(T - timedelta(minutes=6)).isoformat()))
CHANGES = (
    Change(id="p-1", at=T - timedelta(minutes=10), services=("payment",), title="payment 4.8", author="as-bob", reason="Faster"),
    Change(id="later", at=T - timedelta(minutes=2), services=("checkout",), title="checkout 9"),
)  # fmt: skip
ALERTS = (
    Alert(
        id="a-0",
        name="Old",
        at=T - timedelta(days=1),
        ended_at=T - timedelta(hours=20),
        services=("checkout",),
    ),
    Alert(id="a-2", name="PaymentSlow", at=T - timedelta(minutes=5), services=("payment",)),
    Alert(id="a-1", name="CheckoutErrors", at=T - timedelta(minutes=4), services=("checkout",)),
    Alert(id="a-3", name="Elsewhere", at=T - timedelta(minutes=3), services=("frontend",)),
)


def of(
    catalog: Catalog,
    subject: Any = INCIDENT,
    observed: Observed = NOTHING,
    *incidents: Incident,
    alike: dict[str, float] | None = None,
) -> dict[str, Any]:
    told = brief(subject, Known(catalog, observed, incidents=incidents, alike=alike or {}), NOW)
    assert told.keys() == KEYS
    assert json.loads(json.dumps(told)) == told
    return told


def test_the_services_owner_and_who_is_on_call(catalog: Catalog) -> None:
    found = of(catalog)
    assert found["services"] == ["checkout"]
    assert found["owner"] == {"team": "shop", "name": "Shop", "lead": "bob", "slack": "#shop"}
    assert found["on_call"] == [
        {
            "service": "checkout",
            "schedule": "shop-primary",
            "person": "ada",
            "name": "Ada Example",
            "phone": "+49 30 1234567",
            "until": "2026-03-09T08:00:00.000Z",
            "then": "Bob Example",
            "known": True,
            "source": "rotations",
        }
    ]


def test_the_subject_of_an_incident_and_of_a_service(catalog: Catalog) -> None:
    subject = of(catalog)["subject"]
    assert (subject["kind"], subject["id"], subject["severity"]) == ("incident", INCIDENT.id, "SEV2")
    assert subject["began_at"] == "2026-03-02T08:54:00.000Z"
    found = of(catalog, catalog.services["payment"])
    assert (found["subject"]["kind"], found["subject"]["id"]) == ("service", "payment")


def test_the_blast_radius_both_ways(catalog: Catalog) -> None:
    assert of(catalog)["blast_radius"] == {
        "upstream": [
            {"service": "payment", "hops": 1, "critical": True},
            {"service": "email", "hops": 1, "critical": False},
        ],
        "downstream": [{"service": "frontend", "hops": 1, "critical": True}],
    }


def test_suspects_say_why_who_and_what_for(catalog: Catalog) -> None:
    (only,) = of(catalog, INCIDENT, Observed(changes=CHANGES))["changes"]
    assert only["id"] == "p-1"
    assert only["reason"] == "deployment of payment, which checkout needs, 4 min before impact"
    assert (only["author"], only["purpose"]) == ("bob", "Faster")
    assert 0 < only["score"] < 1


def test_what_people_found_comes_first(catalog: Catalog) -> None:
    observed = Observed(changes=(CHANGES[0].model_copy(update={"id": "p-0", "kind": "merge"}), CHANGES[0]))
    impact = (T - timedelta(minutes=6)).isoformat()
    plain = told(declared(impact_started=impact))
    suspected = told(declared(impact_started=impact), (5, events.Updated(suspect="p-0")))
    found = told(declared(impact_started=impact), (5, events.Resolved(text="x", cause="p-0")))
    assert [row["id"] for row in of(catalog, plain, observed)["changes"]] == ["p-1", "p-0"]
    assert of(catalog, suspected, observed)["changes"][0]["reason"].startswith(
        "suspected by the responders: merge"
    )
    first = of(catalog, found, observed)["changes"][0]
    assert (first["id"], first["score"]) == ("p-0", 1.0)
    assert first["reason"].startswith("found to be the cause: ")


def test_only_open_alerts_here_and_upstream_the_own_ones_first(catalog: Catalog) -> None:
    alerts = of(catalog, INCIDENT, Observed(alerts=ALERTS))["alerts"]
    assert [row["name"] for row in alerts] == ["CheckoutErrors", "PaymentSlow"]


def test_runbooks_by_alert_and_symptom_with_the_first_step(catalog: Catalog) -> None:
    (runbook,) = of(catalog, INCIDENT, Observed(alerts=ALERTS))["runbooks"]
    assert runbook == {
        "id": "checkout-errors",
        "name": "Checkout fails",
        "services": ["checkout"],
        "reason": 'alert CheckoutErrors is open; symptom "Customers see Your order could not be placed."; of checkout',
        "trust": "never tried",
        "first_step": "Look at the errors",
    }


def test_a_runbook_that_helped_says_where(catalog: Catalog) -> None:
    digest = content_hash(catalog.runbooks["checkout-errors"])
    helped = told(
        declared(), (5, events.Helped(runbook="checkout-errors", content_hash=digest)), id="inc-20260302-help"
    )
    stale = told(
        declared(),
        (5, events.Helped(runbook="checkout-errors", content_hash="0" * 16)),
        id="inc-20260302-old",
    )
    useless = told(
        declared(), (9, events.Helped(runbook="checkout-errors", helped=False, content_hash=digest)), id="inc-20260302-fail"
    )  # fmt: skip

    def trust(*incidents: Incident) -> str:
        text: str = of(catalog, INCIDENT, NOTHING, *incidents)["runbooks"][0]["trust"]
        return text

    assert trust(helped) == "helped in inc-20260302-help today"
    assert trust(stale) == "changed since it was tried today"
    assert trust(useless) == "did not help in inc-20260302-fail today"


def test_a_symptom_alone_finds_its_runbook(catalog: Catalog) -> None:
    lost = told(declared("Receipts come late", services=(), symptom="receipts arrive hours after the order"))
    found = of(catalog, lost)
    assert [row["id"] for row in found["runbooks"]] == ["receipts-late"]
    assert found["unknown"][0].startswith("no service is named: `lightship incident update")
    assert found["owner"] is None


def test_what_is_hit_with_it(catalog: Catalog) -> None:
    found = of(catalog)
    assert [row["id"] for row in found["slos"]] == ["orders"]
    assert [(row["id"], row["through"]) for row in found["features"]] == [("buy", ""), ("browse", "frontend")]
    assert [row["name"] for row in found["customers"]] == ["Shops"]
    assert [row["id"] for row in found["initiatives"]] == ["ready"]
    assert of(catalog, catalog.services["payment"])["initiatives"] == []
    assert [row["url"] for row in found["links"]] == [
        "https://slack.com/app_redirect?channel=svc-checkout",
        "https://dynatrace.example/d/1",
    ]


def test_open_incidents_near_by_so_that_nobody_declares_twice(catalog: Catalog) -> None:
    def other(id: str, *services: str, **more: Any) -> Incident:
        return told(declared("Other", services=services, **more), id=f"inc-20260302-{id}")

    here, near, far = other("here", "checkout"), other("near", "payment"), other("farx", "email2")
    over = told(declared("Over"), (10, events.Resolved()), id="inc-20260302-over")
    found = of(
        catalog, INCIDENT, NOTHING, INCIDENT, near, here, far, over, other("drll", "checkout", drill=True)
    )
    assert [row["id"] for row in found["open_incidents"]] == [here.id, near.id]
    assert over.id in [row["id"] for row in found["similar"]]
    assert here.id not in [row["id"] for row in found["similar"]]


def test_what_fixed_a_similar_one(catalog: Catalog) -> None:
    before = told(
        declared("Orders cannot be paid"),
        (25, events.Resolved(text="rolled payment back")),
        id="inc-20260302-pass",
    )
    (row,) = of(catalog, INCIDENT, NOTHING, before, alike={before.id: 4.0})["similar"]
    assert row["fix"] == "rolled payment back"
    assert row["reason"] == 'same service; both say "orders" and "cannot"'


def test_everything_that_is_missing_is_named_with_a_remedy(catalog: Catalog) -> None:
    unknown = of(catalog, told(declared(services=("email", "gone"))))["unknown"]
    assert unknown == [
        "when the impact began is not recorded, so changes are ranked from when it was declared: "
        "`lightship incident correct inc-20260302-abcd --milestone impact_started --at TIME --reason TEXT`",
        "the owner of email, 'nobody-knows', is no team that can be read: see catalog/teams/",
        "nobody is on call for email: name a schedule in catalog/services/email.yaml",
        "nothing is known of gone: there is no catalog/services/gone.yaml",
        "no change is recorded in the last 6 weeks: `lightship record change`",
        "no alert is recorded in the last 6 weeks: `lightship record alert`",
    ]


def test_records_that_stopped_coming_are_missing(catalog: Catalog) -> None:
    old = CHANGES[0].model_copy(update={"at": T - timedelta(days=5)})
    unknown = of(catalog, INCIDENT, Observed(changes=(old,), alerts=ALERTS))["unknown"]
    assert "no change of any service is recorded since 5 days: `lightship record change`" in unknown
    assert "no change of checkout is recorded in the last 6 weeks: `lightship record change`" in unknown
    fresh = Observed(changes=CHANGES, alerts=ALERTS)
    assert of(catalog, INCIDENT, fresh)["unknown"] == []


def test_files_that_are_not_valid_are_named_and_hide_nothing_else(tmp_path: Path) -> None:
    broken = {
        "catalog/services/checkout.yaml": "name: [",
        "catalog/schedules/shop-primary.yaml": "timezone: Mars\n",
        "catalog/services/payment.yaml": "name: Payment\nowner: shop\nschedule: shop-primary\n",
    }
    catalog = load(folder(write(tmp_path, FILES | broken)))
    found = of(catalog, INCIDENT, Observed(changes=CHANGES))
    assert "nothing is known of checkout: catalog/services/checkout.yaml is not valid: `lightship validate` says why" in found["unknown"]  # fmt: skip
    payment = of(catalog, catalog.services["payment"], Observed(changes=CHANGES))
    assert payment["on_call"] == []
    assert any(text.startswith("who is on call for payment: its schedule") for text in payment["unknown"])
    assert [row["id"] for row in payment["changes"]] == ["p-1"]


def test_it_is_as_of_then(catalog: Catalog) -> None:
    late = told((60, declared("Later")[1]), id="inc-20260302-late")
    future = CHANGES[0].model_copy(update={"id": "f", "at": NOW + timedelta(minutes=5)})
    found = of(catalog, catalog.services["checkout"], Observed(changes=(*CHANGES, future)), late)
    assert [row["id"] for row in found["changes"]] == ["later", "p-1"]
    assert found["open_incidents"] == []
    assert found["similar"] == []
