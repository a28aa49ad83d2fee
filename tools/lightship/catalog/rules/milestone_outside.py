"""A milestone lies before the initiative starts or after it is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "The chart of its progress ends where the initiative does."
FIX = "Correct the day of the milestone, or those of the initiative."
BAD = """\
# catalog/initiatives/heading.yaml
objective: Every service is ready.
sponsor: ada
target: { scorecard: ready, level: silver }
starts: 2026-01-01
due: 2026-12-31
milestones: [{ name: Half, due: 2027-01-31, percent: 50 }]
"""
GOOD = """\
# catalog/initiatives/heading.yaml
objective: Every service is ready.
sponsor: ada
target: { scorecard: ready, level: silver }
starts: 2026-01-01
due: 2026-12-31
milestones: [{ name: Half, due: 2026-07-31, percent: 50 }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Milestones outside the days of their initiative."""
    for initiative in catalog.initiatives.values():
        for at, milestone in enumerate(initiative.milestones):
            if not initiative.starts <= milestone.due <= initiative.due:
                message = f"'{milestone.name}' is due outside {initiative.starts} to {initiative.due}"
                yield Problem(initiative.path, ("milestones", at, "due"), message, "correct one of the days")
