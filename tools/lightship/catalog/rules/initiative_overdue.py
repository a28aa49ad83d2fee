"""An initiative is past its last day and not done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "A goal whose day has passed in silence teaches that days mean nothing."
FIX = "Say `status: done` or `cancelled`, or agree on a new day."
BAD = """\
# catalog/initiatives/heading.yaml
objective: Every service is ready.
sponsor: ada
target: { scorecard: ready, level: silver }
starts: 2026-01-01
due: 2026-05-31
"""
GOOD = """\
# catalog/initiatives/heading.yaml
objective: Every service is ready.
sponsor: ada
status: done
target: { scorecard: ready, level: silver }
starts: 2026-01-01
due: 2026-05-31
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Planned and active initiatives whose last day has passed."""
    for initiative in catalog.initiatives.values():
        if initiative.status in ("planned", "active") and initiative.due < now.date():
            message = f"it was due on {initiative.due} and is still {initiative.status}"
            yield Problem(initiative.path, ("due",), message, "close it, or agree on a new day")
