"""A scorecard is named that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Waivers, initiatives and dashboards that name no scorecard do nothing, and look as if they did."
FIX = "Correct the id, or describe the scorecard in a file of its own."
BAD = """\
# catalog/dashboards/board.yaml
widgets:
  - { type: scorecard, scorecard: redy }
"""
GOOD = """\
# catalog/dashboards/board.yaml
widgets:
  - { type: scorecard, scorecard: ready }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to scorecards."""
    yield from unknown(catalog, "scorecard")
