"""Escalation levels are not in the order of their time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.escalations import escalations
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = (
    "`after` counts from the first page. A later level with a shorter time is called before the one above it."
)
FIX = "Put the levels in the order in which they are called."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
escalation: [{ after: 30, person: ada }, { after: 10, person: ben }]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
escalation: [{ after: 10, person: ada }, { after: 30, person: ben }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Levels with a shorter time than the level before; equal times are called together."""
    before: tuple[str, int] = ("", 0)
    for entity, keys, level in escalations(catalog):
        path, minutes = before
        if path == entity.path and level.after < minutes:
            message = f"the level is called after {level.after} minutes, the one before it after {minutes}"
            yield Problem(entity.path, (*keys, "after"), message, "put the levels in the order of their time")
        before = (entity.path, level.after)
