"""What a change may touch: never less than what it does touch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.scorecards.shop import CARD, CART, NOW, PAY, SHOP, read, scorecard, service
from tests.trees import commit, write

from lightship.facts.snapshot import NONE
from lightship.scorecards.score import score
from lightship.scorecards.touched import touched

LONE = "catalog/services/lone.yaml"
MORE: Mapping[str, str] = {
    **SHOP,
    PAY: service("Pay", tier="1", depends_on="[cart]"),
    LONE: "name: Lone\nowner: others\nsystem: island\nenvironments: [live]\nslos: [fast]\nfeatures: [buy]\ncustomers: [all]\n",
    "catalog/teams/others.yaml": "name: Others\nmembers: [cid]\nlead: cid\n",
    "catalog/people/cid.yaml": "name: Cid Example\n",
    "catalog/systems/island.yaml": "name: Island\nowner: others\n",
    "catalog/environments/live.yaml": "stage: production\n",
    "catalog/slos/fast.yaml": "objective: 99.5\nwindow: 28d\n",
    "catalog/features/buy.yaml": "importance: high\n",
    "catalog/customers/all.yaml": "segment: consumer\n",
}
RULES = {
    "own": ("bronze", "true", "service.tier < 3 && has(service.description)"),
    "team": ("bronze", "true", "size(team.active_members) > 0 && team.lead_active"),
    "oncall": ("bronze", "true", "oncall.covered && size(oncall.people) > 1"),
    "runbooks": ("bronze", "true", "runbooks.all(r, r.review == 'current')"),
    "around": ("bronze", "true", "dependents.all(d, d.tier > 1) && dependencies.all(d, d.tier < 3)"),
    "rest": ("bronze", "true", "has(system.description) || environments.all(e, has(e.region))"),
    "promise": ("bronze", "true", "slos.all(s, s.objective > 99.7)"),
    "impact": ("bronze", "true", "features.all(f, has(f.impact))"),
    "whom": ("bronze", "true", "customers.all(c, c.segment == 'internal')"),
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, set()),
        ({CART: service(description="Holds what is bought.")}, {"cart", "pay"}),
        ({PAY: service("Pay", tier="3")}, {"cart", "pay"}),
        ({PAY: None}, {"cart", "pay"}),
        ({"catalog/teams/others.yaml": "name: Others\n"}, {"lone"}),
        ({"catalog/people/cid.yaml": "name: Cid Example\nactive: false\n"}, {"lone"}),
        ({"catalog/people/ada.yaml": "name: Ada Example\nactive: false\n"}, {"cart", "pay"}),
        ({"catalog/schedules/rota.yaml": None}, {"cart", "pay"}),
        ({"catalog/runbooks/errors.yaml": "name: Errors\n"}, {"cart", "pay"}),
        ({"catalog/systems/island.yaml": "name: Island\nowner: others\ndescription: Far.\n"}, {"lone"}),
        ({"catalog/environments/live.yaml": "stage: production\nregion: north\n"}, {"lone"}),
        ({"catalog/slos/fast.yaml": "objective: 99.9\nwindow: 28d\n"}, {"lone"}),
        ({"catalog/features/buy.yaml": "impact: Nothing is sold.\n"}, {"lone"}),
        ({"catalog/customers/all.yaml": "segment: internal\n"}, {"lone"}),
        ({LONE: MORE[LONE] + "formerly: [solo]\n"}, {"cart", "pay", "lone"}),
    ],
)
def test_what_a_change_may_touch(
    tmp_path: Path, files: Mapping[str, str | bytes | None], expected: set[str]
) -> None:
    at = commit(tmp_path, {**MORE, CARD: scorecard(RULES)})
    write(tmp_path, files)
    base, head = read(tmp_path, at), read(tmp_path)
    assert touched(base, head) == expected
    before, after = score(base, NONE, NOW), score(head, NONE, NOW)
    same = {id: raw for id, raw in after.raw.items() if id not in expected}
    assert score(base, NONE, NOW, known=same).letters == before.letters
    if files and files != {LONE: MORE[LONE] + "formerly: [solo]\n"}:
        assert before.letters != after.letters
