"""A service names an SLO that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A promise that is not written down is not measured, and its breach is not noticed."
FIX = "Correct the id, or describe the SLO in a file of its own."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
slos: [cart-availabilty]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
slos: [cart-availability]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to SLOs."""
    yield from unknown(catalog, "slo")
