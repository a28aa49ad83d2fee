"""Who can help, and why: on call first, then by what people did and know; nobody who has left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.incidents.stories import T, declared, told
from tests.trees import write

from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.facts.records import Change
from lightship.incidents import events
from lightship.incidents.experts import Names, experts
from lightship.incidents.incident import Incident
from lightship.journal.entry import Actor

NOW = T + timedelta(days=10)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    people = {
        "ada": "email: ada@example.com\ngithub: as-ada\n",
        "bob": "slack: '@bobby'\nexpertise: [{service: checkout, level: expert}]\n",
        "cleo": "expertise: [{service: checkout, level: familiar}]\n",
        "dan": "active: false\nexpertise: [{service: checkout, level: expert}]\n",
        "eve": "active_until: 2026-03-05\nexpertise: [{service: checkout, level: expert}]\n",
        "fay": "",
        "gus": "expertise: [{service: ads, level: expert}]\n",
    }
    files = {
        f"catalog/people/{id}.yaml": f"name: {id.capitalize()} Example\n{text}" for id, text in people.items()
    }
    files["catalog/teams/shop.yaml"] = "name: Shop\nmembers: [ada, fay]\nlead: fay\n"
    files["catalog/services/checkout.yaml"] = "name: Checkout\nowner: shop\n"
    files["catalog/services/ads.yaml"] = "name: Ads\nowner: shop\n"
    return load(folder(write(tmp_path_factory.mktemp("people"), files)))


def ended(by: str, number: int, service: str = "checkout") -> Incident:
    return told(
        declared(services=(service,)),
        (30, events.Resolved(text="rolled back")),
        id=f"inc-20260302-00{number:02}",
        by=Actor(by, by, True),
    )


def found(
    catalog: Catalog,
    *incidents: Incident,
    changes: tuple[Change, ...] = (),
    on_call: dict[str, str] | None = None,
) -> dict[str, str]:
    rows = experts(("checkout",), catalog, incidents, changes, on_call or {}, NOW)
    return {row.person: row.reason for row in rows}


def change(author: str, service: str = "checkout") -> Change:
    return Change(id=author, at=T, services=(service,), title="x", author=author)


def test_what_the_catalog_knows(catalog: Catalog) -> None:
    assert found(catalog) == {
        "bob": "expert in checkout",
        "cleo": "familiar in checkout",
        "fay": "leads team Shop",
        "ada": "in team Shop",
    }


def test_on_call_comes_before_everybody(catalog: Catalog) -> None:
    people = found(catalog, on_call={"gus": "checkout"})
    assert next(iter(people.items())) == ("gus", "on call for checkout")


def test_who_ended_incidents_here_knows_the_way(catalog: Catalog) -> None:
    people = found(catalog, ended("ada", 1), ended("ada", 2), ended("ada", 3, "ads"))
    assert next(iter(people)) == "ada"
    assert people["ada"] == "ended 2 incidents here, the last 10 days ago; in team Shop"


def test_who_commanded_counts_too(catalog: Catalog) -> None:
    led = told(declared(commander="cleo"), (30, events.Resolved()), id="inc-20260302-0009")
    assert found(catalog, led)["cleo"] == "led 1 incident here, the last 10 days ago; familiar in checkout"


@pytest.mark.parametrize(
    ("author", "person"),
    [
        ("as-ada", "ada"),
        ("ADA@example.com", "ada"),
        ("bobby", "bob"),
        ("fay", "fay"),
        ("Cleo Example", "cleo"),
    ],
)
def test_authors_are_people_under_any_of_their_names(catalog: Catalog, author: str, person: str) -> None:
    assert Names(catalog.people).of(author) == person
    assert "changed checkout 10 days ago" in found(catalog, changes=(change(author),))[person]


@pytest.mark.parametrize("author", ["nobody", "", None])
def test_an_author_whom_nobody_knows_is_nobody(catalog: Catalog, author: str | None) -> None:
    assert Names(catalog.people).of(author) == ""


def test_changes_elsewhere_do_not_count(catalog: Catalog) -> None:
    assert found(catalog, changes=(change("as-ada", "ads"),))["ada"] == "in team Shop"


def test_nobody_who_has_left(catalog: Catalog) -> None:
    people = found(catalog, ended("dan", 1), changes=(change("eve"),), on_call={"eve": "checkout"})
    assert "dan" not in people
    assert "eve" not in people


def test_at_most_so_many(catalog: Catalog) -> None:
    assert len(experts(("checkout",), catalog, (), (), {}, NOW, most=2)) == 2
