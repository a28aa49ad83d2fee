"""A service names a runbook that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "At three in the morning a runbook that is not there costs more than one that nobody promised."
FIX = "Correct the id, or describe the runbook in a file of its own."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
runbooks: [cart-eror]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
runbooks: [cart-errors]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to runbooks."""
    yield from unknown(catalog, "runbook")
