"""Somebody's delegate does not work here any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import absent, gone
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "While they are away, nobody decides in their place."
FIX = "Name another delegate."
BAD = """\
# catalog/people/cy.yaml
name: Cy Nobody
email: cy@example.com
active: false
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
delegate: cy
"""
GOOD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
delegate: ada
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Delegates who are gone, of people who are here."""
    named = (
        (person.path, ("delegate",), "delegate", person.delegate)
        for person in catalog.people.values()
        if person.delegate and gone(catalog, person.id, now) is None
    )
    yield from absent(catalog, now, named, "name another delegate")
