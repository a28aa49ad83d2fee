"""A level is named that its scorecard does not have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.ladders import levels_named
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.ERROR
WHY = "A rule of no level counts for none that can be said, and a goal of no level cannot be reached."
FIX = "Correct the level's id, or add the level to the scorecard's `levels`."
BAD = """\
# catalog/initiatives/heading.yaml
objective: Every service is ready.
sponsor: ada
target: { scorecard: ready, level: slivr }
starts: 2026-01-01
due: 2026-12-31
"""
GOOD = """\
# catalog/initiatives/heading.yaml
objective: Every service is ready.
sponsor: ada
target: { scorecard: ready, level: silver }
starts: 2026-01-01
due: 2026-12-31
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Levels that rules, entries and initiatives name and that the scorecard, which exists, does not have."""
    known = {id: {level.id: None for level in card.levels} for id, card in catalog.scorecards.items()}
    for path, keys, scorecard, level in levels_named(catalog):
        if scorecard in known and level not in known[scorecard]:
            hint = did_you_mean(level, known[scorecard]) or f"levels: {', '.join(known[scorecard])}"
            yield Problem(path, keys, f"'{level}' is not a level of '{scorecard}'", hint)
