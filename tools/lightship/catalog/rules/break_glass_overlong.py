"""Break-glass holds for more than an hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import duration_text
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = (
    "Acting before being asked is for the first minutes of an incident; after an hour somebody can be asked."
)
FIX = "Set `duration` to 1h or less."
BAD = """\
# actions/policies/owner.yaml
tiers: [{ name: Owner, approvers: [{ capacity: target-owner }] }]
break_glass: { people: [ada], severity: SEV1, duration: 8h, review_within: 1d }
"""
GOOD = """\
# actions/policies/owner.yaml
tiers: [{ name: Owner, approvers: [{ capacity: target-owner }] }]
break_glass: { people: [ada], severity: SEV1, duration: 30m, review_within: 1d }
"""

_LONGEST = timedelta(hours=1)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Break-glass of more than an hour."""
    for policy in catalog.policies.values():
        if policy.break_glass is not None and policy.break_glass.duration > _LONGEST:
            message = f"{duration_text(policy.break_glass.duration)} are longer than an hour"
            yield Problem(policy.path, ("break_glass", "duration"), message, "set it to 1h or less")
