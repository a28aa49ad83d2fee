"""A feature that no service names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.unused import unused
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "When it breaks, nobody can say which service to look at, and no outage counts it."
FIX = "Add it to the `features` of the services that make it."
BAD = """\
# catalog/features/wishing.yaml
name: Wishing
"""
GOOD = """\
# catalog/features/wishing.yaml
name: Wishing
# catalog/services/wishes.yaml
name: Wishes
owner: payments
features: [wishing]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Features that no service names."""
    message, fix = "no service makes this feature", "add it to the `features` of the services that make it"
    yield from unused(catalog, "feature", ("service",), message, fix)
