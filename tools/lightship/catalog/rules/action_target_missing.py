"""An action counts on a service that no request of it names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.templates import written
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.action import Action
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Without a target nobody owns it and nobody is on call for it: no step can be filled in, and nobody can approve."
FIX = "Add `target: service`, or use a policy and texts that need none."
BAD = """\
# actions/restart.yaml
category: remediation
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: "{{ target.id }}" } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: "{{ target.id }}" } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Actions without `target` whose texts look at it, or in whose policy only its people may approve."""
    for action in catalog.actions.values():
        if action.target is not None:
            continue
        fix = "add `target: service`"
        for template in written(action):
            if template.place != "trigger" and any(path[0] == "target" for path in template.paths):
                yield Problem(action.path, template.keys, "the action has no target to look at", fix)
        if _needs_one(catalog, action):
            message = f"'{action.policy}' lets people of the target approve, and there is no target"
            yield Problem(action.path, ("policy",), message, fix)


def _needs_one(catalog: Catalog, action: Action) -> bool:
    """Whether every tier of the policy needs somebody in a capacity that only a target gives."""
    policy = catalog.policies.get(action.policy)
    return policy is not None and all(
        tier.auto_approve is None
        and any(approvers.capacity in ("target-owner", "target-on-call") for approvers in tier.approvers)
        for tier in policy.tiers
    )
