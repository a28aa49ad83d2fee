"""A production service critically depends on an experimental one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "What is experimental may change or vanish without notice."
FIX = "Promote the other service to production, or say `critical: false`."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [checkout]
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
lifecycle: experimental
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [{ service: checkout, critical: false }]
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
lifecycle: experimental
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Critical dependencies of production services on experimental ones."""
    services = catalog.services
    experimental = {id for id, service in services.items() if service.lifecycle == "experimental"}
    if not experimental:
        return
    for service in services.values():
        for at, edge in enumerate(service.depends_on):
            if edge.service in experimental and edge.critical and service.lifecycle == "production":
                keys = ("depends_on", at, "service")
                yield Problem(
                    service.path, keys, f"'{edge.service}' is experimental", "promote it, or do without"
                )
