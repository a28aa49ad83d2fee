"""A step of an action uses an operation that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.operations import registry
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.ERROR
WHY = "Nothing can be done for it, so the action fails after it was approved."
FIX = "Use one of the operations; `lightship explain --operations` lists them with their parameters."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_aplication, with: { application: cart } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """`uses` of steps that name no operation."""
    known = registry()
    for action in catalog.actions.values():
        for at, step in enumerate(action.steps):
            if step.uses not in known:
                vendor = step.uses.partition(".")[0]
                theirs = [id for id in known if id.startswith(f"{vendor}.")]
                hint = did_you_mean(step.uses, known) or f"operations: {', '.join(theirs or known)}"
                keys = ("steps", at, "uses")
                yield Problem(action.path, keys, f"'{step.uses}' is not an operation", hint)
