"""A tier of a policy is never looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "The first tier that holds decides; one that always holds hides all below it."
FIX = "Put the tier that always holds last."
BAD = """\
# actions/policies/owner.yaml
tiers:
  - { name: All, approvers: [{ capacity: target-owner }] }
  - { name: Tier 1, when: target.tier == 1, approvers: [{ capacity: target-on-call }] }
"""
GOOD = """\
# actions/policies/owner.yaml
tiers:
  - { name: Tier 1, when: target.tier == 1, approvers: [{ capacity: target-on-call }] }
  - { name: All, approvers: [{ capacity: target-owner }] }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """The first tier below one whose condition is `true`."""
    for policy in catalog.policies.values():
        always = next((at for at, tier in enumerate(policy.tiers) if tier.when.strip() == "true"), None)
        if always is not None and always + 1 < len(policy.tiers):
            message = f"'{policy.tiers[always].name}' above always holds, so this is never looked at"
            yield Problem(policy.path, ("tiers", always + 1), message, "put the tier that always holds last")
