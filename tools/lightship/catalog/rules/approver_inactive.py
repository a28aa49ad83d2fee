"""An approval hangs on somebody who does not work here any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import absent
from lightship.catalog.approvals import approvers_of
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "What only they may approve is never approved, and a waiver that they signed counts no more."
FIX = "Name somebody else; let a waiver be approved anew."
BAD = """\
# catalog/people/cy.yaml
name: Cy Nobody
email: cy@example.com
active: false
# actions/policies/owner.yaml
tiers: [{ name: Cy, approvers: [{ capacity: person, person: cy }] }]
"""
GOOD = """\
# actions/policies/owner.yaml
tiers: [{ name: Ada, approvers: [{ capacity: person, person: ada }] }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """People who are gone in policies, in break-glass, and under waivers that have not expired."""
    for policy in catalog.policies.values():
        named = [
            (policy.path, (*keys, "person"), "approver", approvers.person)
            for keys, approvers in approvers_of(policy)
            if approvers.person
        ]
        if policy.break_glass is not None:
            named += [
                (policy.path, ("break_glass", "people", at), "responder", person)
                for at, person in enumerate(policy.break_glass.people)
            ]
        yield from absent(catalog, now, named, "name somebody else")
    waived = (
        (waiver.path, ("approved_by",), "approver", waiver.approved_by)
        for waiver in catalog.waivers.values()
        if waiver.expires_at >= now.date()
    )
    yield from absent(catalog, now, waived, "the waiver does not count; let somebody else approve it")
