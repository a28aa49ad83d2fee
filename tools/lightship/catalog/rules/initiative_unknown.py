"""A dashboard names an initiative that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The widget stays empty, and nobody notices that the goal is not followed."
FIX = "Correct the id, or describe the initiative in a file of its own."
BAD = """\
# catalog/dashboards/board.yaml
widgets:
  - { type: initiative, initiative: haedling }
"""
GOOD = """\
# catalog/dashboards/board.yaml
widgets:
  - { type: initiative, initiative: heading }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to initiatives."""
    yield from unknown(catalog, "initiative")
