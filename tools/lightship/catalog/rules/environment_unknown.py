"""An environment is named that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Where a service runs decides whom an outage hits; an unknown place says nothing."
FIX = "Correct the id, or describe the environment in a file of its own."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
environments: [prodution]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
environments: [production]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to environments."""
    yield from unknown(catalog, "environment")
