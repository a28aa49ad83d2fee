"""A service depends on one that is retired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "What is retired is judged no more and answered for by nobody; whoever still needs it is on their own."
FIX = "Move away from the retired service, or take back its retirement."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [checkout]
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
lifecycle: retired
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [checkout]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Dependencies of living services on retired ones."""
    services = catalog.services
    retired = {id for id, service in services.items() if service.lifecycle == "retired"}
    if not retired:
        return
    for service in services.values():
        for at, edge in enumerate(service.depends_on):
            if edge.service in retired and service.id not in retired:
                keys = ("depends_on", at, "service")
                message = f"'{edge.service}' is retired"
                yield Problem(service.path, keys, message, "move away from it, or take it out")
