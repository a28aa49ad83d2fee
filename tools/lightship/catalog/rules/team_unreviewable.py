"""A team owns files and GitHub knows nobody in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import gone
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "CODEOWNERS cannot name the team, so nobody has to review changes of what it owns."
FIX = "Set the team's `github`, or the `github` of its members."
BAD = """\
# lightship.yaml
forge: github
"""
GOOD = """\
# lightship.yaml
forge: github
# catalog/teams/payments.yaml
name: Payments
members: [ada, ben]
parent: engineering
github: example/payments
# catalog/teams/engineering.yaml
name: Engineering
members: [ada]
github: example/engineering
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Teams that own something and have no name on GitHub, where GitHub is the forge."""
    if catalog.settings.forge != "github":
        return
    for team in catalog.teams.values():
        people = (catalog.people[id] for id in team.members if id in catalog.people)
        if team.github or any(person.github and gone(catalog, person.id, now) is None for person in people):
            continue
        if any(referrer.keys[-1] == "owner" for referrer in catalog.graph.referrers("team", team.id)):
            message = "the team owns files, and GitHub knows nobody in it"
            yield Problem(team.path, (), message, "set its `github`, or that of its members")
