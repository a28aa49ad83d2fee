"""A feature is named that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Features say what users lose; one that is unknown makes an outage look harmless."
FIX = "Correct the id, or describe the feature in a file of its own."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
features: [bying]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
features: [buying]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to features."""
    yield from unknown(catalog, "feature")
