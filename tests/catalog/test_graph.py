"""Relations: written on one side, known on both."""

from __future__ import annotations

from pathlib import Path

from tests.trees import TEAM, write

from lightship.catalog.load import load
from lightship.catalog.source import folder


def test_relations_are_known_from_both_ends(tmp_path: Path) -> None:
    files = {
        **TEAM,
        "catalog/services/web.yaml": "name: Web\nowner: payments\ndepends_on: [cart, gone, {service: db, critical: false}, cart]\n",
        "catalog/services/cart.yaml": "name: Cart\nowner: payments\ndepends_on: [db]\nrunbooks: [cart-errors]\n",
        "catalog/services/db.yaml": "name: Db\nowner: payments\nescalation: [{person: ada}]\n",
        "catalog/runbooks/cart-errors.yaml": "owner: payments\n",
    }
    graph = load(folder(write(tmp_path, files))).graph
    assert graph.dependencies["web"] == ("cart", "db") and graph.dependents["db"] == ("cart", "web")
    assert graph.upstream("web") == {"cart": 1, "db": 1}
    assert graph.downstream("db") == {"cart": 1, "web": 1}
    assert graph.upstream("web", hops=0) == {}
    assert graph.named_by("runbook", "cart-errors", "service") == ("cart",)
    assert graph.named_by("team", "payments", "service", "owner") == ("cart", "db", "web")
    assert graph.named_by("team", "payments", "runbook") == ("cart-errors",)
    assert [(ref.kind, ref.id, ref.keys) for ref in graph.referrers("person", "ada")] == [
        ("service", "db", ("escalation", 0, "person")),
        ("team", "payments", ("members", 0)),
    ]
    assert [(broken.entity.id, broken.keys, broken.kind, broken.target) for broken in graph.broken] == [
        ("web", ("depends_on", 1, "service"), "service", "gone")
    ]


def test_a_cycle_ends(tmp_path: Path) -> None:
    files = {
        **TEAM,
        "catalog/services/a.yaml": "name: A\nowner: payments\ndepends_on: [b]\n",
        "catalog/services/b.yaml": "name: B\nowner: payments\ndepends_on: [a]\n",
    }
    assert load(folder(write(tmp_path, files))).graph.upstream("a") == {"b": 1}
