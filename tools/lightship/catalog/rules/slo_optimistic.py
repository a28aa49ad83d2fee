"""A service promises more than what it cannot do without."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "A service is never more available than what it critically depends on."
FIX = "Lower the objective, raise the other one's, or learn to do without it."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
slos: [cart-availability]
depends_on: [checkout]
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
slos: [checkout-availability]
# catalog/slos/checkout-availability.yaml
objective: 99.0
window: 28d
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
slos: [cart-availability]
depends_on: [checkout]
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
slos: [checkout-availability]
# catalog/slos/checkout-availability.yaml
objective: 99.95
window: 28d
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Availability that is above that of a critical synchronous dependency."""
    promised: dict[str, float] = {}
    for service in catalog.services.values():
        for id in service.slos:
            slo = catalog.slos.get(id)
            if slo is not None and slo.indicator == "availability":
                promised[service.id] = max(slo.objective, promised.get(service.id, 0))
    for id, objective in promised.items():
        service = catalog.services[id]
        for at, edge in enumerate(service.depends_on):
            other = promised.get(edge.service)
            if other is not None and other < objective and edge.critical and edge.kind == "sync":
                message = (
                    f"it promises {objective:g} %, and hangs on '{edge.service}', which promises {other:g} %"
                )
                keys = ("depends_on", at, "service")
                yield Problem(service.path, keys, message, "lower the objective, or do without")
