"""A system that no service is part of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.unused import unused
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "It is a page with nothing on it."
FIX = "Name it as the `system` of its services, or delete its file."
BAD = """\
# catalog/systems/attic.yaml
name: Attic
owner: engineering
"""
GOOD = """\
# catalog/systems/attic.yaml
name: Attic
owner: engineering
# catalog/services/cart.yaml
name: Cart
owner: payments
system: attic
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Systems that neither a service nor a smaller system names."""
    message, fix = (
        "no service is part of this system",
        "name it as the `system` of its services, or delete it",
    )
    yield from unused(catalog, "system", ("service", "system"), message, fix)
