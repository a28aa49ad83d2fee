"""Evidence: the values that a verdict rests on, in a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.scorecards.shop import CARD, CART, NOW, SHOP, WAIVER, read, scorecard, service, waiver
from tests.trees import write

from lightship.facts.snapshot import NONE, snapshot
from lightship.scorecards.evidence import Evidence
from lightship.scorecards.score import score

SEEN = json.dumps(
    {"source": "scanner", "observed_at": "2026-03-01T12:00:00Z", "services": {"cart": {"coverage": 81}}}
)


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("size(service.runbooks) > 0", 'service.runbooks = ["errors"]'),
        ("has(service.schedule) && service.tier == 2", 'service.schedule = "rota"; service.tier = 2'),
        ("size(runbooks) > 0", "runbooks = errors"),
        ("runbooks.all(r, r.review == 'due')", 'runbooks: errors (review="current")'),
        ("dependencies.all(d, d.tier == 1)", "dependencies: none"),
        ("facts.coverage > 80", "facts.coverage = 81 (scanner, observed 3 days ago, older than 1d)"),
        ("facts.other > 80", "facts.other was not observed"),
        ("service.tier / 0 == 1", "the condition breaks: "),
        ("service.teir == 1", "the condition is broken: 'service' has no field 'teir'"),
    ],
)
def test_what_a_verdict_rests_on(tmp_path: Path, check: str, expected: str) -> None:
    card = scorecard({"it": ("bronze", "true", check)}, max_age="1d")
    catalog = read(write(tmp_path, {**SHOP, CARD: card}))
    facts = snapshot([("facts:scanner.json", SEEN.encode())], "c0ffee")
    scores = score(catalog, facts, NOW)
    assert Evidence(catalog, facts, scores, NOW).of("cart", scores.rulebook.rules[0]).startswith(expected)


def test_a_waiver_tells_who_gave_it(tmp_path: Path) -> None:
    catalog = read(write(tmp_path, {**SHOP, CART: service(runbooks=""), WAIVER: waiver()}))
    scores = score(catalog, NONE, NOW)
    line = Evidence(catalog, NONE, scores, NOW).of("cart", scores.rulebook.rules[0])
    assert line == "waived until 2026-05-01 by ada: It is being written."


def test_it_is_short_whatever_people_write(tmp_path: Path) -> None:
    long = service(description='"' + "word " * 400 + '"', tags=str([f"tag-{n}" for n in range(50)]))
    card = scorecard({"it": ("bronze", "true", "service.description == '' || 'x' in service.tags")})
    catalog = read(write(tmp_path, {**SHOP, CART: long, CARD: card}))
    scores = score(catalog, NONE, NOW)
    assert len(Evidence(catalog, NONE, scores, NOW).of("cart", scores.rulebook.rules[0])) < 250
