"""What a brief rests on: only those incidents and changes that may matter, however many there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.incidents.stories import T, declared, entries, told
from tests.trees import commit

from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.facts import store
from lightship.facts.records import Alert, Change
from lightship.incidents import events
from lightship.incidents.known import gather, neighbours, spans
from lightship.incidents.ledger import Ledger
from lightship.journal.store import Journal

SERVICES = {
    "catalog/services/frontend.yaml": "name: Frontend\nowner: shop\ndepends_on: [checkout]\n",
    "catalog/services/checkout.yaml": "name: Checkout\nowner: shop\ndepends_on: [payment]\n",
    "catalog/services/payment.yaml": "name: Payment\nowner: shop\ndepends_on: [bank]\n",
    "catalog/services/bank.yaml": "name: Bank\nowner: shop\n",
    "catalog/services/ads.yaml": "name: Ads\nowner: shop\n",
}
OVER = (30, events.Resolved(text="rolled back"))
SUBJECT = told(declared("Receipts arrive late"), id="inc-20260302-self")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    commit(tmp_path / "portal", SERVICES)
    return tmp_path / "portal"


@pytest.fixture
def catalog(root: Path) -> Catalog:
    return load(folder(root))


def ids(root: Path, catalog: Catalog, *stories: list[tuple[float, events.Event]]) -> list[str]:
    """The last letters of the ids that are gathered, of incidents a, b, c …"""
    journal = Journal(root, "journal")
    for number, story in enumerate(stories):
        journal.append(entries(*story, id=f"inc-20260301-000{chr(ord('a') + number)}"))
    known = gather(SUBJECT, catalog, Ledger(journal, root.parent / "caches"))
    assert set(known.alike) <= {incident.id for incident in known.incidents}
    return sorted(incident.id[-1] for incident in known.incidents)


def test_own_near_open_and_alike_and_nothing_else(root: Path, catalog: Catalog) -> None:
    found = ids(
        root,
        catalog,
        [declared("a", services=("checkout",)), OVER],
        [declared("b", services=("payment",)), OVER],
        [declared("c", services=("frontend",)), OVER],
        [declared("d", services=("ads",))],
        [declared("Receipts are stuck", services=("ads",)), OVER],
        [declared("f", services=("ads",)), (5, events.Updated(text="no receipt was sent")), OVER],
        [declared("g", services=("ads",)), OVER],
        [declared("h", services=("bank",)), OVER],
    )
    assert found == list("abcdef")


def test_it_takes_no_more_of_a_long_journal(root: Path, catalog: Catalog) -> None:
    journal = Journal(root, "journal")
    journal.append(
        [
            entry
            for number in range(160)
            for entry in entries(declared("Receipts late"), OVER, id=f"inc-20260301-{number:04}")
        ]
    )
    known = gather(SUBJECT, catalog, Ledger(journal, root.parent / "caches"))
    assert 40 <= len(known.incidents) <= 80


def test_without_a_ledger_there_are_no_incidents(catalog: Catalog) -> None:
    known = gather(SUBJECT, catalog)
    assert known.incidents == ()
    assert neighbours(known.needs, "checkout") == ("payment", "frontend")


def test_times_that_matter_are_lately_and_around_the_incidents_that_are_compared() -> None:
    now = T + timedelta(days=200)
    other = told(
        (60 * 24 * 100, declared("x", services=("ads",))[1]),
        (60 * 24 * 101, events.Resolved(cause="c-1")),
        id="inc-20260610-aaaa",
    )
    same = told((60 * 24 * 50, declared("y")[1]), id="inc-20260421-aaaa")
    apart = told((60 * 24 * 60, declared("z", services=("ads",))[1]), id="inc-20260501-aaaa")
    assert spans(SUBJECT, (other, same, apart), now) == (
        (now - timedelta(weeks=6), now + timedelta(days=1)),
        (T - timedelta(hours=72), T + timedelta(days=1)),
        (T + timedelta(days=100, hours=-6), T + timedelta(days=100, hours=1)),
        (T + timedelta(days=50, hours=-6), T + timedelta(days=50, hours=1)),
    )


def test_only_changes_and_alerts_of_those_times_are_read(root: Path) -> None:
    def at(day: int, hour: int = 12) -> datetime:
        return datetime(2026, 3, day, hour, tzinfo=UTC)

    changes = [Change(id=f"c-{day}", at=at(day), title="x") for day in (1, 5, 6, 7, 20)]
    changes.append(Change(id="april", at=datetime(2026, 4, 2, tzinfo=UTC), title="x"))
    alerts = [Alert(id=f"a-{day}", name="Down", at=at(day)) for day in (1, 6)]
    store.record(root, "facts", store.update(changes=changes, alerts=alerts), T)
    everything = store.observed(root, "facts")
    assert [change.id for change in everything.changes] == ["c-1", "c-5", "c-6", "c-7", "c-20", "april"]
    some = store.observed(root, "facts", [(at(5), at(6)), (at(20, 0), at(21))])
    assert [change.id for change in some.changes] == ["c-5", "c-6", "c-20"]
    assert [alert.id for alert in some.alerts] == ["a-6"]
    assert store.observed(root, "facts", []).changes == ()
    overlapping = store.observed(root, "facts", [(at(6), at(20)), (at(5), at(7)), (at(5), at(5, 13))])
    assert [change.id for change in overlapping.changes] == ["c-5", "c-6", "c-7", "c-20"]
