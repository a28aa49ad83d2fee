"""Whom to ask about a customer or an initiative does not work here any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import absent
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Customers wait for a call, and goals for a decision, from somebody who is gone."
FIX = "Name who does it now."
BAD = """\
# catalog/people/cy.yaml
name: Cy Nobody
email: cy@example.com
active: false
# catalog/customers/acme.yaml
name: Acme
features: [buying]
contact: cy
"""
GOOD = """\
# catalog/customers/acme.yaml
name: Acme
features: [buying]
contact: ada
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Contacts of customers, and sponsors of initiatives that go on, who are gone."""
    contacts = (
        (customer.path, ("contact",), "contact", customer.contact)
        for customer in catalog.customers.values()
        if customer.contact
    )
    yield from absent(catalog, now, contacts, "name who speaks with them now")
    sponsors = (
        (initiative.path, ("sponsor",), "sponsor", initiative.sponsor)
        for initiative in catalog.initiatives.values()
        if initiative.status in ("planned", "active")
    )
    yield from absent(catalog, now, sponsors, "name who wants it now")
