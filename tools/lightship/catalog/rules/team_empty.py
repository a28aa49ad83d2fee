"""A team has no members, no teams below it, and owns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "It is most likely left over."
FIX = "Name its members, or delete its file."
BAD = """\
# catalog/teams/ghosts.yaml
name: Ghosts
"""
GOOD = """\
# catalog/teams/ghosts.yaml
name: Ghosts
members: [ada]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Teams that name nobody and that nothing names."""
    if catalog.unreadable:
        return
    for team in catalog.teams.values():
        if not team.members and not team.lead and not catalog.graph.referrers("team", team.id):
            message = "the team has no members, and nothing names it"
            yield Problem(team.path, (), message, "add `members:`, or delete the file")
