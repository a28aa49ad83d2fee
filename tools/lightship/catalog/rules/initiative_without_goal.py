"""An initiative names neither rules nor a level to reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Nobody can say how far it is, or when it is done."
FIX = "Add `rules` or a `target`."
BAD = """\
# catalog/initiatives/heading.yaml
objective: Be better.
sponsor: ada
starts: 2026-01-01
due: 2026-12-31
"""
GOOD = """\
# catalog/initiatives/heading.yaml
objective: Be better.
sponsor: ada
target: { scorecard: ready, level: silver }
starts: 2026-01-01
due: 2026-12-31
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Initiatives that cannot be measured."""
    for initiative in catalog.initiatives.values():
        if not initiative.rules and initiative.target is None:
            message = "it names neither rules nor a level, so nobody can say how far it is"
            yield Problem(initiative.path, (), message, "add `rules` or a `target`")
