"""The lead or the manager of a team does not work here any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import absent
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Escalations to the team, and approvals by its lead, reach nobody."
FIX = "Name who leads the team now."
BAD = """\
# catalog/people/cy.yaml
name: Cy Nobody
email: cy@example.com
active: false
# catalog/teams/payments.yaml
name: Payments
members: [ada, ben]
manager: cy
parent: engineering
"""
GOOD = """\
# catalog/teams/payments.yaml
name: Payments
members: [ada, ben]
manager: ada
parent: engineering
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Leads and managers of teams who are gone."""
    named = (
        (team.path, (field,), field, person)
        for team in catalog.teams.values()
        for field, person in (("lead", team.lead), ("manager", team.manager))
        if person
    )
    yield from absent(catalog, now, named, "name who does it now")
