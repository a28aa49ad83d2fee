"""A step of an action does not give its operation what that needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.operations import operation
from lightship.actions.parameters import unfit
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The other system would refuse it, after everybody has approved."
FIX = "Give the operation its parameters; `lightship explain --operations` lists them."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { aplication: cart } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Parameters that are missing, unknown, or do not fit as they stand; templates are judged for their names alone."""
    for action in catalog.actions.values():
        for at, step in enumerate(action.steps):
            known = operation(step.uses)
            for found in unfit(step, known) if known else ():
                keys = ("steps", at, "with", *found.keys) if found.keys else ("steps", at)
                yield Problem(action.path, keys, found.message, found.fix, at_key=found.at_key)
