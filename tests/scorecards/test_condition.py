"""Judging services that are alike once gives what judging each of them gives."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.conftest import ROOT
from tests.scorecards.shop import NOW, read

from lightship.catalog.catalog import Catalog
from lightship.expressions import Expression, context
from lightship.facts.snapshot import NONE
from lightship.scorecards.condition import Columns, Condition
from lightship.scorecards.context import Contexts
from lightship.scorecards.rule import conditions, rulebook
from lightship.scorecards.score import midnight
from lightship.scorecards.vocabulary import VARIABLES

MORE = (
    "has(service.tier) || has(service.integrations.slack)",
    "size(service.description) > 60 && size(service.name) < 12",
    "service.tier == 1 && has(service.integrations.github.repository) && service.type == 'api'",
    "has(system.description) && size(service.tags) > 1 && team.name != ''",
    "oncall.escalation_levels > 1 && size(features) > 0 && size(customers) == 0",
    "service.escalation.exists(e, has(e.person)) || today > timestamp('2020-01-01T00:00:00Z')",
    "environments.all(e, e.region != '') && slos.exists(s, s.objective > 99.0)",
)


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "benchmarks" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=["demo", "generated"])
def catalog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    if request.param == "demo":
        return read(ROOT)
    folder: Path = tmp_path_factory.mktemp("generated")
    generator().generate(200, folder)
    return read(folder)


def test_alike_and_each_agree(catalog: Catalog) -> None:
    texts = {text for card in catalog.scorecards.values() for _, text in conditions(card)}
    book = rulebook(catalog.scorecards)
    contexts = Contexts(catalog, NONE, midnight(NOW), book.paths)
    for source in sorted(texts.union(MORE)):
        expression = Expression(source, VARIABLES)
        assert expression.troubles == (), source
        alike = Condition(expression, contexts)
        each = Contexts(catalog, NONE, midnight(NOW), expression.paths)
        services = tuple(catalog.services.values())
        found = alike.verdicts(Columns(services), [True] * len(services))
        for service, verdict in zip(services, found, strict=True):
            assert verdict == expression.evaluate(context(each.of(service))), (source, service.id)


def test_the_scorecards_that_are_shipped_are_sound() -> None:
    book = rulebook(read(ROOT).scorecards)
    assert book.findings == ()
    assert len(book.cards) >= 4 and len(book.rules) >= 30
    for rule in book.rules:
        assert (
            rule.model.why
            and rule.model.fix
            and rule.model.level
            in {level.id for card in book.cards if card.id == rule.scorecard for level in card.model.levels}
        )
