"""An initiative is due before it starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "It can neither be followed nor be late."
FIX = "Correct `starts` or `due`."
BAD = """\
# catalog/initiatives/heading.yaml
objective: Every service is ready.
sponsor: ada
target: { scorecard: ready, level: silver }
starts: 2026-12-31
due: 2026-12-01
"""
GOOD = """\
# catalog/initiatives/heading.yaml
objective: Every service is ready.
sponsor: ada
target: { scorecard: ready, level: silver }
starts: 2026-12-01
due: 2026-12-31
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Initiatives whose last day is before their first."""
    for initiative in catalog.initiatives.values():
        if initiative.due < initiative.starts:
            message = f"it is due on {initiative.due}, before it starts ({initiative.starts})"
            yield Problem(initiative.path, ("due",), message, "correct one of the days")
