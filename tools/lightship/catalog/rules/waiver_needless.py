"""A waiver is for a service that is retired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "Retired services are judged no more; the waiver excuses nothing."
FIX = "Delete the waiver."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
lifecycle: retired
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
lifecycle: deprecated
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Waivers for retired services."""
    for waiver in catalog.waivers.values():
        service = catalog.services.get(waiver.service)
        if service is not None and service.lifecycle == "retired":
            yield Problem(waiver.path, ("service",), f"'{service.id}' is retired", "delete the waiver")
