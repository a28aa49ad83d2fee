"""A risky action is approved by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "What may do great harm by itself should have a second pair of eyes."
FIX = "Use a policy with approvers, or lower the risk if it is not what it says."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
risk: high
policy: open
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
# actions/policies/open.yaml
tiers: [{ name: Anybody, auto_approve: "true" }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
risk: high
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Actions of high risk whose policy has a tier that always approves by itself."""
    for action in catalog.actions.values():
        policy = catalog.policies.get(action.policy)
        if action.risk != "high" or policy is None:
            continue
        if any((tier.auto_approve or "").strip() == "true" for tier in policy.tiers):
            message = f"the risk is high, and '{policy.id}' approves it by itself"
            yield Problem(action.path, ("policy",), message, "use a policy with approvers")
