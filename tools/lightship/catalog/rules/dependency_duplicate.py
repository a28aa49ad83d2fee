"""A service names the same dependency twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Two entries of one kind for one service can only agree, or contradict each other."
FIX = "Keep one of the entries."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [checkout, checkout]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
depends_on: [checkout, { service: checkout, kind: async, critical: false }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Dependencies of the same kind on the same service."""
    for service in catalog.services.values():
        if len(service.depends_on) < 2:
            continue
        seen = set()
        for at, edge in enumerate(service.depends_on):
            if (edge.service, edge.kind) in seen:
                message = f"the {edge.kind} dependency on '{edge.service}' is written twice"
                yield Problem(service.path, ("depends_on", at), message, "keep one of them")
            seen.add((edge.service, edge.kind))
