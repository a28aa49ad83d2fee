"""A schedule is named that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A service whose schedule does not exist has nobody on call, and looks as if it had."
FIX = "Correct the id, or describe the schedule in a file of its own."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nigths
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to schedules."""
    yield from unknown(catalog, "schedule")
