"""A service critically depends on one of a less important tier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "A service is never more reliable than what it cannot do without. A tier-1 service that is down whenever a tier-3 service is, is a tier-3 service."
FIX = "Raise the other service's tier, or learn to do without it and say `critical: false`."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
tier: 2
depends_on: [checkout]
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
tier: 3
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
tier: 2
depends_on: [checkout]
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
tier: 2
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Critical dependencies, build-time ones left out, on a service whose tier has a higher number."""
    services = catalog.services
    for service in services.values():
        if service.tier is None or service.lifecycle == "retired":
            continue
        for at, edge in enumerate(service.depends_on):
            other = services.get(edge.service)
            if other is None or other.tier is None or other.tier <= service.tier:
                continue
            if edge.critical and edge.kind != "build":
                yield Problem(
                    service.path,
                    ("depends_on", at, "service"),
                    f"tier {service.tier} hangs on '{other.id}', which is only tier {other.tier}",
                    f"raise the tier of '{other.id}', or say `critical: false` once it is so",
                )
