"""Two things of one kind have the same name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "People read names, not ids: at night the wrong page is opened."
FIX = "Give one of them a name of its own."
BAD = """\
# catalog/services/cart.yaml
name: checkout
owner: payments
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
"""

_KINDS = ("service", "system", "team", "environment", "schedule", "scorecard", "action", "policy", "feature")


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Names that differ in nothing but case; each but the first is a problem. Two people may share a name."""
    for kind in _KINDS:
        seen: dict[str, str] = {}
        for id, entity in catalog.entities[kind].items():
            first = seen.setdefault(entity.label.casefold(), id)
            if first != id and entity.name:
                message = f"the name '{entity.name}' is also that of '{first}'"
                yield Problem(entity.path, ("name",), message, "give one of them a name of its own")
