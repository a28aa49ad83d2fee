"""A customer whom no service and no feature reaches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.unused import lost
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "An outage never counts them, so nobody tells them."
FIX = "Name the features they use, or add them to the `customers` of services."
BAD = """\
# catalog/customers/zeta.yaml
name: Zeta
"""
GOOD = """\
# catalog/customers/zeta.yaml
name: Zeta
features: [buying]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Customers that name no feature and that no service names."""
    if lost(catalog, "service"):
        return
    for customer in catalog.customers.values():
        if not customer.features and not catalog.graph.referrers("customer", customer.id):
            message = "no service names this customer, and it names no feature"
            yield Problem(customer.path, (), message, "name the `features` it uses")
