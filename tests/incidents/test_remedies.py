"""Which runbook may help: by the alert, by what is seen, by the service; with the likeliest first."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.incidents.stories import T
from tests.trees import write

from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.facts.records import Alert
from lightship.incidents.remedies import remedies

STEPS = "steps: [{title: Look, manual: Look.}]\n"
FILES = {
    "catalog/services/checkout.yaml": "name: Checkout\nowner: shop\nrunbooks: [checkout-errors, checkout-slow]\n",
    "catalog/services/payment.yaml": "name: Payment\nowner: shop\nrunbooks: [double-charge]\n",
    "catalog/runbooks/checkout-errors.yaml": (
        'name: Checkout fails\nalerts: [CheckoutErrors]\nsymptoms: [\'Customers see "could not be placed".\']\n' + STEPS
    ),
    "catalog/runbooks/checkout-slow.yaml": "name: Checkout is slow\nalerts: [CheckoutSlow]\n" + STEPS,
    "catalog/runbooks/double-charge.yaml": (
        "name: A customer was charged twice\nalerts: [Mismatch]\n"
        "symptoms: [A customer shows two lines on the same statement.]\n" + STEPS
    ),
    "catalog/runbooks/empty.yaml": "name: Checkout customers could not be placed anywhere\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load(folder(write(tmp_path_factory.mktemp("runbooks"), FILES)))


def alert(name: str, service: str = "checkout") -> Alert:
    return Alert(id=name, name=name, at=T, services=(service,))


def found(
    catalog: Catalog,
    *described: str,
    services: str = "checkout",
    needed: str = "payment",
    alerts: tuple[Alert, ...] = (),
) -> dict[str, str]:
    rows = remedies(services.split(), needed.split(), described, alerts, catalog, {}, T)
    return {row.runbook.id: row.reason for row in rows}


def test_the_runbooks_of_the_service(catalog: Catalog) -> None:
    assert found(catalog) == {"checkout-errors": "of checkout", "checkout-slow": "of checkout"}


def test_an_open_alert_comes_first_whatever_its_case(catalog: Catalog) -> None:
    rows = found(catalog, alerts=(alert("checkoutslow"),))
    assert next(iter(rows.items())) == ("checkout-slow", "alert checkoutslow is open; of checkout")


def test_an_alert_on_what_it_needs_says_less(catalog: Catalog) -> None:
    rows = found(catalog, alerts=(alert("Mismatch", "payment"),))
    assert list(rows)[-1] == "double-charge"
    assert rows["double-charge"] == "alert Mismatch is open on payment; of payment, which it needs"


@pytest.mark.parametrize(
    ("seen", "first", "reason"),
    [
        ("customers see it could not be placed", "checkout-errors", 'symptom "Customers see could not be placed."'),
        ("one customer has two lines on a statement", "double-charge", 'symptom "A customer shows two lines on the same statement."'),
        ("A customer says they were charged twice", "double-charge", 'it says "A customer was charged twice"'),
    ],
)  # fmt: skip
def test_what_is_seen_finds_it_without_a_service(
    catalog: Catalog, seen: str, first: str, reason: str
) -> None:
    assert next(iter(found(catalog, seen, services="", needed="").items())) == (first, reason)


@pytest.mark.parametrize("seen", ["Everything is broken", "checkout", "", "The customer"])
def test_words_that_tell_nothing_find_nothing(catalog: Catalog, seen: str) -> None:
    assert found(catalog, seen, services="", needed="") == {}


def test_the_name_of_the_service_tells_nothing_of_its_runbooks(catalog: Catalog) -> None:
    assert found(catalog, "Checkout on fire")["checkout-errors"] == "of checkout"


def test_a_runbook_without_steps_comes_last(catalog: Catalog) -> None:
    rows = found(catalog, "checkout customers could not be placed", services="", needed="")
    assert list(rows) == ["checkout-errors", "empty"]


def test_at_most_so_many(catalog: Catalog) -> None:
    assert len(remedies(["checkout"], [], (), (), catalog, {}, T, most=1)) == 1


def test_a_catalog_without_runbooks(tmp_path: Path) -> None:
    assert remedies(["checkout"], [], ("x",), (), load(folder(tmp_path)), {}, T) == ()
