"""A service depends on itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "It says nothing, and makes every walk along the dependencies go in a circle."
FIX = "Take the dependency out; did you mean another service?"
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [cart]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [checkout]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Dependencies whose target is the service that has them."""
    for service in catalog.services.values():
        for at, edge in enumerate(service.depends_on):
            if edge.service == service.id:
                keys = ("depends_on", at, "service")
                yield Problem(service.path, keys, f"'{service.id}' depends on itself", "take it out")
