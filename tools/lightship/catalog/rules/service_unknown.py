"""A dependency, a waiver or an expertise names a service that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The blast radius of an incident is read from these ids: one that leads nowhere hides a service that breaks too."
FIX = "Correct the id, or describe the service in a file of its own."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [chekout]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [checkout]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to services."""
    yield from unknown(catalog, "service")
