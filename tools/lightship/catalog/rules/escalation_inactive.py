"""An escalation names somebody who does not work here any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import absent
from lightship.catalog.catalog import Catalog
from lightship.catalog.escalations import escalations
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The step that is taken when nobody answers reaches nobody either."
FIX = "Name somebody else."
BAD = """\
# catalog/people/cy.yaml
name: Cy Nobody
email: cy@example.com
active: false
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
escalation: [{ person: cy }]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
escalation: [{ person: ada }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """People who are gone in escalations of services and schedules. A last day that has passed is a warning."""
    named = (
        (entity.path, (*keys, "person"), "escalation to", level.person)
        for entity, keys, level in escalations(catalog)
        if level.person
    )
    yield from absent(catalog, now, named, "name somebody else", Severity.WARNING)
