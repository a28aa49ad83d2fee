"""Somebody is named whom the catalog does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Nobody can be called, asked or trusted with an approval under an id that belongs to nobody."
FIX = "Correct the id, or describe the person in a file of its own."
BAD = """\
# catalog/teams/payments.yaml
name: Payments
members: [ada, bne]
"""
GOOD = """\
# catalog/teams/payments.yaml
name: Payments
members: [ada, ben]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to people."""
    yield from unknown(catalog, "person")
