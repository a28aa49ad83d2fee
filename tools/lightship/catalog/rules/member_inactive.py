"""A team still names somebody who does not work here any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import absent
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "They count for nothing, but readers take them for somebody to ask."
FIX = "Take them out of `members`."
BAD = """\
# catalog/people/cy.yaml
name: Cy Nobody
email: cy@example.com
active: false
# catalog/teams/payments.yaml
name: Payments
members: [ada, ben, cy]
parent: engineering
"""
GOOD = """\
# catalog/people/cy.yaml
name: Cy Nobody
email: cy@example.com
# catalog/teams/payments.yaml
name: Payments
members: [ada, ben, cy]
parent: engineering
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Members of teams who are gone."""
    named = (
        (team.path, ("members", at), "member", person)
        for team in catalog.teams.values()
        for at, person in enumerate(team.members)
    )
    yield from absent(catalog, now, named, "take them out")
