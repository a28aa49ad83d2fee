"""Somebody reports to a person who does not work here any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import absent, gone
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Approvals by the requester's manager wait for somebody who never comes."
FIX = "Name the manager of today."
BAD = """\
# catalog/people/cy.yaml
name: Cy Nobody
email: cy@example.com
active: false
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
manager: cy
"""
GOOD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
manager: ada
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Managers who are gone, of people who are here."""
    named = (
        (person.path, ("manager",), "manager", person.manager)
        for person in catalog.people.values()
        if person.manager and gone(catalog, person.id, now) is None
    )
    yield from absent(catalog, now, named, "name the manager of today")
