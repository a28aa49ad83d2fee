"""A service names a customer that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Customers say whom to tell; one that is unknown is not told."
FIX = "Correct the id, or describe the customer in a file of its own."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
customers: [acmee]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
customers: [acme]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to customers."""
    yield from unknown(catalog, "customer")
