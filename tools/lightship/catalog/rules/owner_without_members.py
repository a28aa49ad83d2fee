"""A team owns something and has no members."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.wording import listed
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "An owner without people answers no page, reviews no change and approves nothing."
FIX = "Name the team's members, or give what it owns to a team that has some."
BAD = """\
# catalog/teams/payments.yaml
name: Payments
parent: engineering
"""
GOOD = """\
# catalog/teams/payments.yaml
name: Payments
members: [ada, ben]
parent: engineering
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Teams without members, their own or those of teams below them, that an entity names as its owner."""
    parents = {team.parent for team in catalog.teams.values() if team.members or team.lead}
    for team in catalog.teams.values():
        if team.members or team.id in parents:
            continue
        owned = [
            referrer.id
            for referrer in catalog.graph.referrers("team", team.id)
            if referrer.keys[-1] == "owner"
        ]
        if owned:
            message = f"the team owns {listed(owned)} and has no members"
            yield Problem(team.path, ("members",), message, "add `members:`, or change the owner")
