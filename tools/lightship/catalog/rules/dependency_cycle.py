"""Services critically need each other, in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.cycles import arrows, cycles
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "None of them can start before the others do, and an outage of one takes all of them down."
FIX = "Break the circle: make one of the calls asynchronous, or let the caller do without it (`critical: false`)."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [checkout]
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
depends_on: [cart]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [checkout]
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
depends_on: [{ service: cart, critical: false }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Each knot of critical synchronous dependencies, named once, at its first service."""
    edges = {
        id: {
            edge.service: at
            for at, edge in enumerate(service.depends_on)
            if edge.critical and edge.kind == "sync" and edge.service != id
        }
        for id, service in catalog.services.items()
        if service.depends_on
    }
    for cycle in cycles(edges):
        first, then = cycle[0], cycle[1]
        yield Problem(
            catalog.services[first].path,
            ("depends_on", edges[first][then], "service"),
            f"services need each other in a circle: {arrows(cycle)}",
            "make one of the calls asynchronous, or not critical",
        )
