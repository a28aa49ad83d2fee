"""A system is named that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A service that is part of nothing known is missing from the page of its system, where people look for it."
FIX = "Correct the id, or describe the system in a file of its own."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
system: shopp
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
system: shop
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to systems."""
    yield from unknown(catalog, "system")
