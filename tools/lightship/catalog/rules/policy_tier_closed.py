"""A tier of a policy can never be approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "It names no approvers and approves nothing by itself, so every request that falls into it is denied."
FIX = "Add `approvers` or `auto_approve`; if it is meant to deny, say so in its name and take the tiers below out."
BAD = """\
# actions/policies/owner.yaml
tiers: [{ name: Nobody }]
"""
GOOD = """\
# actions/policies/owner.yaml
tiers: [{ name: Anybody, auto_approve: "true" }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Tiers with neither approvers nor auto_approve."""
    for policy in catalog.policies.values():
        for at, tier in enumerate(policy.tiers):
            if not tier.approvers and tier.auto_approve is None:
                message = f"nothing in tier '{tier.name}' can be approved"
                yield Problem(policy.path, ("tiers", at), message, "add `approvers` or `auto_approve`")
