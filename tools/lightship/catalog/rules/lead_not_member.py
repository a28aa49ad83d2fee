"""A team's lead is not among its members."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "Pages, quorums and fairness count members; a lead who is not one is left out of all of them."
FIX = "Add the lead to `members`."
BAD = """\
# catalog/teams/payments.yaml
name: Payments
members: [ada]
lead: ben
parent: engineering
"""
GOOD = """\
# catalog/teams/payments.yaml
name: Payments
members: [ada, ben]
lead: ben
parent: engineering
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Leads of teams that name members, but not the lead."""
    for team in catalog.teams.values():
        if team.lead and team.members and team.lead not in team.members:
            message = f"lead '{team.lead}' is not among the members"
            yield Problem(team.path, ("lead",), message, f"add {team.lead} to `members`")
