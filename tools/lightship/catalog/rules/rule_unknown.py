"""A waiver or an initiative names a rule that its scorecard does not have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.ladders import rules_named
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.ERROR
WHY = "A waiver of nothing excuses nothing, and an initiative cannot be followed."
FIX = "Correct the rule's id."
BAD = """\
# catalog/initiatives/heading.yaml
objective: Every service has an SLO.
sponsor: ada
rules: [{ scorecard: ready, rule: has-sol }]
starts: 2026-01-01
due: 2026-12-31
"""
GOOD = """\
# catalog/initiatives/heading.yaml
objective: Every service has an SLO.
sponsor: ada
rules: [{ scorecard: ready, rule: has-slo }]
starts: 2026-01-01
due: 2026-12-31
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Rules that are named and that the scorecard, which exists, does not have."""
    known = {id: {rule.id: None for rule in card.rules} for id, card in catalog.scorecards.items()}
    for path, keys, scorecard, rule in rules_named(catalog):
        if scorecard in known and rule not in known[scorecard]:
            hint = did_you_mean(rule, known[scorecard]) or f"the rules stand in scorecards/{scorecard}.yaml"
            yield Problem(path, keys, f"'{rule}' is not a rule of '{scorecard}'", hint)
