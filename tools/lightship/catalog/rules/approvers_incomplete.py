"""A policy does not say whose approval it wants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.approvals import approvers_of
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Nobody can approve in a capacity that names no role, no team or no person; the request is denied for ever."
FIX = "Add the key of the capacity's name, and no other."
BAD = """\
# actions/policies/owner.yaml
tiers: [{ name: Role, approvers: [{ capacity: role }] }]
"""
GOOD = """\
# actions/policies/owner.yaml
tiers: [{ name: Owner, approvers: [{ capacity: target-owner }] }]
"""

_NAMED = ("role", "team", "person")


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Approvers in the capacity of a role, a team or a person without naming it, or naming another as well."""
    for policy in catalog.policies.values():
        for keys, approvers in approvers_of(policy):
            for name in _NAMED:
                named = getattr(approvers, name) is not None
                if approvers.capacity == name and not named:
                    message = f"approvers of capacity {name} name no {name}"
                    yield Problem(policy.path, keys, message, f"add `{name}:`")
                elif approvers.capacity != name and named:
                    message = f"`{name}` counts for nothing: the capacity is {approvers.capacity}"
                    yield Problem(policy.path, (*keys, name), message, "take it out", at_key=True)
