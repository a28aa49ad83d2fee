"""Two steps of an action have the same id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Receipts name steps by their id: one of the two would be taken for done."
FIX = "Give each step an id of its own."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }, { id: restart, uses: slack.post_message, with: { channel: shop, text: Done. } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }, { id: tell, uses: slack.post_message, with: { channel: shop, text: Done. } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Ids of steps that appear again in the same action."""
    for action in catalog.actions.values():
        seen = set()
        for at, step in enumerate(action.steps):
            if step.id in seen:
                keys = ("steps", at, "id")
                yield Problem(action.path, keys, f"'{step.id}' is a step already", "give it another id")
            seen.add(step.id)
