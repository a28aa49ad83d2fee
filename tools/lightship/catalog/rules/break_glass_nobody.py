"""Break-glass names nobody who may use it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "In the incident for which it is meant, nobody can."
FIX = "Name `people` or `roles`."
BAD = """\
# actions/policies/owner.yaml
tiers: [{ name: Owner, approvers: [{ capacity: target-owner }] }]
break_glass: { severity: SEV1, duration: 1h, review_within: 1d }
"""
GOOD = """\
# actions/policies/owner.yaml
tiers: [{ name: Owner, approvers: [{ capacity: target-owner }] }]
break_glass: { people: [ada], severity: SEV1, duration: 1h, review_within: 1d }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Break-glass without people and roles."""
    for policy in catalog.policies.values():
        glass = policy.break_glass
        if glass is not None and not glass.people and not glass.roles:
            message = "nobody may break the glass"
            yield Problem(policy.path, ("break_glass",), message, "name `people` or `roles`", at_key=True)
