"""Somebody active is in no team."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import gone
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.unused import lost
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "Nothing reaches them: neither ownership nor on-call nor approvals."
FIX = "Add them to the team they work in, or set `active: false`."
BAD = """\
# catalog/people/cy.yaml
name: Cy Nobody
email: cy@example.com
"""
GOOD = """\
# catalog/people/cy.yaml
name: Cy Nobody
email: cy@example.com
active: false
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Active people whom no team names, as member, lead or manager."""
    if lost(catalog, "team"):
        return
    for person in catalog.people.values():
        if gone(catalog, person.id, now) is None and not any(
            referrer.kind == "team" for referrer in catalog.graph.referrers("person", person.id)
        ):
            message = f"'{person.id}' is in no team"
            yield Problem(person.path, (), message, "add them to a team's `members`, or set `active: false`")
