"""An action names a policy that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Without a policy nobody can approve the action: it is denied, always."
FIX = "Correct the id, or describe the policy in a file of its own."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: ownr
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to policies."""
    yield from unknown(catalog, "policy")
