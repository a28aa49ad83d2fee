"""Systems are part of each other, in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.cycles import arrows, cycles
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The tree of systems has no top, so no page can show the whole."
FIX = "Take out one of the parents."
BAD = """\
# catalog/systems/shop.yaml
name: Shop
owner: engineering
parent: shop
"""
GOOD = """\
# catalog/systems/shop.yaml
name: Shop
owner: engineering
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Each circle of `parent`, named once."""
    edges = {id: (system.parent,) if system.parent else () for id, system in catalog.systems.items()}
    for cycle in cycles(edges):
        message = f"systems are part of each other: {arrows(cycle)}"
        yield Problem(catalog.systems[cycle[0]].path, ("parent",), message, "take out one of the parents")
