"""Teams are part of each other, in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.cycles import arrows, cycles
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The tree of teams has no top, so nobody is above them and nothing can be counted by team."
FIX = "Take out one of the parents."
BAD = """\
# catalog/teams/engineering.yaml
name: Engineering
members: [ada]
parent: payments
"""
GOOD = """\
# catalog/teams/engineering.yaml
name: Engineering
members: [ada]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Each circle of `parent`, named once."""
    edges = {id: (team.parent,) if team.parent else () for id, team in catalog.teams.items()}
    for cycle in cycles(edges):
        message = f"teams are part of each other: {arrows(cycle)}"
        yield Problem(catalog.teams[cycle[0]].path, ("parent",), message, "take out one of the parents")
