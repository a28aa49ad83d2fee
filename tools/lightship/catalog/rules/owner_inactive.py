"""Nobody is left in a team that owns something."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import gone
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.wording import listed
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Everybody in the team has gone, so the service is orphaned although it names an owner."
FIX = "Add active members, or give what the team owns to another one."
BAD = """\
# catalog/people/ada.yaml
name: Ada Example
email: ada@example.com
active: false
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
active_until: 2026-05-31
"""
GOOD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
active_until: 2026-05-31
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Teams whose members are all gone, and that an entity names as its owner."""
    for team in catalog.teams.values():
        if not team.members or any(gone(catalog, person, now) is None for person in team.members):
            continue
        owned = [
            referrer.id
            for referrer in catalog.graph.referrers("team", team.id)
            if referrer.keys[-1] == "owner"
        ]
        if owned:
            message = f"the team owns {listed(owned)} and nobody in it is active"
            yield Problem(team.path, ("members",), message, "add active members, or change the owner")
