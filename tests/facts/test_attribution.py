"""Which services a change or an alert is about: as the catalog says, else kept and said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.trees import TEAM, write

from lightship import commandline
from lightship.facts.attribution import Attribution
from lightship.facts.records import Alert, Change

FILES = {
    **TEAM,
    "lightship.yaml": "name: x\n",
    "catalog/people/bo.yaml": "name: Bo Example\nemail: bo@example.com\npagerduty: PBO1234\ngithub: bo-ex\n",
    "catalog/people/bo2.yaml": "name: Twin\n",
    "catalog/people/bo3.yaml": "name: Twin\n",
    "catalog/services/cart.yaml": """\
name: Cart
owner: payments
formerly: [basket]
integrations:
  github: { repository: acme/shop, path: src/cart }
  argocd: { application: cart, namespace: shop }
  dynatrace: { entity: SERVICE-0001 }
""",
    "catalog/services/pay.yaml": """\
name: Pay
owner: payments
integrations:
  github: { repository: acme/shop, path: ./src/pay/ }
  pagerduty: { service_id: PPAY123 }
""",
    "catalog/services/web.yaml": "name: Web\nowner: payments\nrepos: [https://github.com/Acme/Web.git]\n",
}


@pytest.fixture(scope="module")
def attribution(tmp_path_factory: pytest.TempPathFactory) -> Attribution:
    return Attribution(commandline.load(write(tmp_path_factory.mktemp("shop"), FILES)))


def change(**fields: Any) -> Change:
    return Change.model_validate({"id": "1", "at": "2026-03-04T12:00:00Z", "title": "Deploy", **fields})


@pytest.mark.parametrize(
    ("fields", "services", "note"),
    [
        ({"services": ["cart", "pay"]}, ("cart", "pay"), ""),
        ({"services": ["basket", "cart"]}, ("cart",), ""),
        ({"services": ["crt"]}, (), "'1': 'crt' is no service of the catalog; did you mean 'cart'?"),
        ({"services": ["cart", "crt"]}, ("cart",), "'1': 'crt' is no service of the catalog; did you mean 'cart'?"),
        ({"repository": "acme/shop", "paths": ["src/cart"]}, ("cart",), ""),
        ({"repository": "https://github.com/Acme/Shop.git", "paths": ["src/pay/main.go"]}, ("pay",), ""),
        ({"repository": "git@github.com:acme/shop.git", "paths": ["./src/"]}, ("cart", "pay"), ""),
        ({"repository": "acme/shop"}, ("cart", "pay"), ""),
        ({"repository": "acme/shop", "paths": ["src/cartridge", "docs"]}, (), "'1': no service of repository 'acme/shop' lies in src/cartridge, docs"),
        ({"repository": "acme/web", "paths": ["anything"]}, ("web",), ""),
        ({"repository": "acme/shp"}, (), "'1': repository 'acme/shp' is no service's; did you mean 'acme/shop'?"),
        ({"repository": "acme/shp", "application": "cart"}, ("cart",), ""),
        ({"application": "shop/cart"}, ("cart",), ""),
        ({"application": "crat"}, (), "'1': application 'crat' is no service's; did you mean 'cart'?"),
        ({}, (), "'1': it names no service, repository or application"),
    ],
)  # fmt: skip
def test_changes(
    attribution: Attribution, fields: dict[str, Any], services: tuple[str, ...], note: str
) -> None:
    found, notes = attribution.change(change(**fields))
    assert (found.services, notes) == (services, (note,) if note else ())
    unknown = set(fields.get("services", ())) - {"cart", "pay", "basket"}
    assert set(found.labels) == unknown


@pytest.mark.parametrize(
    ("fields", "services", "note"),
    [
        ({"entity": "SERVICE-0001"}, ("cart",), ""),
        ({"entity": "PPAY123"}, ("pay",), ""),
        ({"services": ["basket"], "entity": "PPAY123"}, ("cart",), ""),
        (
            {"entity": "SERVICE-0002"},
            (),
            "'1': entity 'SERVICE-0002' is no service's; did you mean 'SERVICE-0001'?",
        ),
        ({}, (), "'1': it names no service and no entity"),
    ],
)
def test_alerts(
    attribution: Attribution, fields: dict[str, Any], services: tuple[str, ...], note: str
) -> None:
    found, notes = attribution.alert(
        Alert.model_validate({"id": "1", "at": "2026-03-04T12:00:00Z", "name": "High", **fields})
    )
    assert (found.services, notes) == (services, (note,) if note else ())


@pytest.mark.parametrize(
    ("texts", "person"),
    [
        (("bo",), "bo"),
        (("BO@example.com",), "bo"),
        (("mailto:bo@example.com",), "bo"),
        (("PBO1234",), "bo"),
        (("Bo Example",), "bo"),
        (("On call: Bo Example - nights",), "bo"),
        (("stranger@example.com", "Ada Example (primary)"), "ada"),
        (("Bo Example and Ada Example",), None),
        (("Twin",), None),
        (("Boo Examples",), None),
        (("",), None),
    ],
)
def test_people(attribution: Attribution, texts: tuple[str, ...], person: str | None) -> None:
    assert attribution.person(texts) == person


def test_a_service_that_is_called_like_an_old_one_is_itself(tmp_path: Path) -> None:
    files = {**FILES, "catalog/services/basket.yaml": "name: Basket\nowner: payments\n"}
    found, _ = Attribution(commandline.load(write(tmp_path, files))).change(change(services=["basket"]))
    assert found.services == ("basket",)
