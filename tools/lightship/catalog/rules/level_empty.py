"""A level of a scorecard has no rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "Whoever reaches the level below reaches it as well, so it says nothing."
FIX = "Give it a rule, or take it out."
BAD = """\
# scorecards/steps.yaml
levels: [{ id: one }, { id: two }]
rules: [{ id: owned, title: Owned, why: So., level: one, check: service.owner != '', fix: Own it. }]
"""
GOOD = """\
# scorecards/steps.yaml
levels: [{ id: one }]
rules: [{ id: owned, title: Owned, why: So., level: one, check: service.owner != '', fix: Own it. }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Levels that no rule of the scorecard names."""
    for scorecard in catalog.scorecards.values():
        used = {rule.level for rule in scorecard.rules}
        for at, level in enumerate(scorecard.levels):
            if level.id not in used:
                keys = ("levels", at, "id")
                yield Problem(
                    scorecard.path, keys, f"no rule needs '{level.id}'", "give it a rule, or take it out"
                )
