"""A scorecard has two rules of one id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Waivers, initiatives and history name rules by their id; two of them cannot be told apart."
FIX = "Give each rule an id of its own."
BAD = """\
# scorecards/steps.yaml
levels: [{ id: one }]
rules:
  - { id: owned, title: Owned, why: So., level: one, check: service.owner != '', fix: Own it. }
  - { id: owned, title: Tiered, why: So., level: one, check: service.tier < 5, fix: Set it. }
"""
GOOD = """\
# scorecards/steps.yaml
levels: [{ id: one }]
rules:
  - { id: owned, title: Owned, why: So., level: one, check: service.owner != '', fix: Own it. }
  - { id: tiered, title: Tiered, why: So., level: one, check: service.tier < 5, fix: Set it. }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Ids of rules that appear again in the same scorecard."""
    for scorecard in catalog.scorecards.values():
        seen = set()
        for at, rule in enumerate(scorecard.rules):
            if rule.id in seen:
                keys = ("rules", at, "id")
                yield Problem(scorecard.path, keys, f"'{rule.id}' is a rule already", "give it another id")
            seen.add(rule.id)
