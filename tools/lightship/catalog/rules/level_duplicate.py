"""A scorecard has two levels of one id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Nobody can say which of the two a rule means."
FIX = "Give each level an id of its own."
BAD = """\
# scorecards/steps.yaml
levels: [{ id: one }, { id: one }]
rules: [{ id: owned, title: Owned, why: So., level: one, check: service.owner != '', fix: Own it. }]
"""
GOOD = """\
# scorecards/steps.yaml
levels: [{ id: one }]
rules: [{ id: owned, title: Owned, why: So., level: one, check: service.owner != '', fix: Own it. }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Ids of levels that appear again in the same scorecard."""
    for scorecard in catalog.scorecards.values():
        seen = set()
        for at, level in enumerate(scorecard.levels):
            if level.id in seen:
                keys = ("levels", at, "id")
                yield Problem(scorecard.path, keys, f"'{level.id}' is a level already", "give it another id")
            seen.add(level.id)
