"""The demo: the Astronomy Shop as it is known, without an error, today and in years to come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.trees import lightship

from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.runbook_hash import content_hash
from lightship.catalog.source import folder

_WRITTEN = "2026-11-23T12:00:00Z"
_GRAPH = "open-telemetry/opentelemetry-demo"


@pytest.fixture(scope="module")
def catalog(demo: Path) -> Catalog:
    return load(folder(demo))


def _findings(demo: Path, now: str) -> list[Mapping[str, str]]:
    done = lightship(demo, "validate", "--format", "json", "--now", now)
    assert done.code == 0, done.out
    found: list[Mapping[str, str]] = json.loads(done.out)["findings"]
    return found


def test_it_validates_with_few_warnings(demo: Path) -> None:
    warnings = [row for row in _findings(demo, _WRITTEN) if row["severity"] == "warning"]
    assert 3 <= len(warnings) < 15, warnings


@pytest.mark.parametrize("now", ["2026-12-31T23:59:59Z", "2027-03-28T01:30:00Z", "2031-06-01T00:00:00Z"])
def test_time_alone_never_makes_an_error(demo: Path, now: str) -> None:
    assert all(row["severity"] != "error" for row in _findings(demo, now))


def test_it_is_the_graph_that_is_known(shared: Path, catalog: Catalog) -> None:
    graph = json.loads((shared / "data/service-graphs.json").read_text())[_GRAPH]
    edges = {(service, needed) for service, all in catalog.graph.dependencies.items() for needed in all}
    assert set(catalog.services) == set(graph["nodes"])
    assert edges == {tuple(edge) for edge in graph["edges"]}


def test_it_is_whole(catalog: Catalog) -> None:
    assert len(catalog.services) == 20
    assert sum(len(service.depends_on) for service in catalog.services.values()) == 46
    assert 6 <= len(catalog.teams) <= 8 and 18 <= len(catalog.people) <= 24
    # Requests are asked, not shipped: one that lies in the repository would be waiting for its approval.
    without = [kind for kind, by_id in catalog.entities.items() if not by_id]
    assert without == ["request"], "a kind without an example"
    zones = {catalog.people[id].timezone for team in catalog.teams.values() for id in team.members}
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= zones


def test_nobody_in_it_is_real(catalog: Catalog) -> None:
    for person in catalog.people.values():
        assert person.email and person.email.endswith("@astronomy-shop.example")
        assert person.github and person.github.startswith("as-")
        assert person.github_id and person.github_id > 9_000_000_000


def test_addresses_lead_nowhere(catalog: Catalog) -> None:
    def addresses(value: Any) -> list[str]:
        if isinstance(value, str):
            return [value] if value.startswith("https://") else []
        inner = (
            value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
        )
        return [found for item in inner for found in addresses(item)]

    for by_id in catalog.entities.values():
        for entity in by_id.values():
            for address in addresses(entity.model_dump()):
                host, _, path = address.removeprefix("https://").partition("/")
                assert host.endswith(".example") or (
                    host == "github.com" and path.startswith("astronomy-shop-example/")
                ), f"{entity.path}: {address}"


def test_rotations_do_not_end(catalog: Catalog) -> None:
    assert all(layer.ends is None for schedule in catalog.schedules.values() for layer in schedule.layers)


def test_proofs_hold_and_some_are_void(catalog: Catalog) -> None:
    good = {
        runbook.id
        for runbook in catalog.runbooks.values()
        if any(proof.content_hash == content_hash(runbook) for proof in runbook.verifications)
    }
    tried = {runbook.id for runbook in catalog.runbooks.values() if runbook.verifications}
    assert len(good) >= 8 and tried - good == {"valkey-failover"}


def test_runbooks_say_what_to_expect(catalog: Catalog) -> None:
    for runbook in catalog.runbooks.values():
        assert len(runbook.steps) >= 2 and runbook.reviewed_at and runbook.owner, runbook.id
        for step in runbook.steps:
            assert (step.manual, step.command, step.action).count(None) == 2, f"{runbook.id}: {step.title}"
            assert step.expected, f"{runbook.id}: {step.title}"


def test_scores_are_mixed(demo: Path) -> None:
    done = lightship(demo, "score", "--format", "json", "--now", _WRITTEN)
    assert done.code == 0, done.err
    services = json.loads(done.out)["services"]
    levels = {
        (service, card): row["level"]
        for service, by_card in services.items()
        for card, row in by_card.items()
    }
    assert levels["payment", "incident-readiness"] == "gold"
    assert levels["checkout", "incident-readiness"] == "gold"
    assert levels["ad", "production-readiness"] != "gold"
    for card in ("incident-readiness", "production-readiness", "ownership"):
        assert len({level for (_, name), level in levels.items() if name == card}) >= 2, card
