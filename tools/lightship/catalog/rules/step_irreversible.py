"""A risky runbook step says nothing of the way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "Whoever takes the step at night has to know beforehand whether it can be taken back."
FIX = "Add `rollback`, even if it only says that there is none."
BAD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2026-05-01
steps: [{ title: Wipe, command: wipe, risk: high }]
"""
GOOD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2026-05-01
steps: [{ title: Wipe, command: wipe, risk: high, rollback: There is none. }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Steps of high risk without `rollback`."""
    for runbook in catalog.runbooks.values():
        for at, step in enumerate(runbook.steps):
            if step.risk == "high" and step.rollback is None:
                message = f"'{step.title}' is risky, and nothing says how to take it back"
                yield Problem(runbook.path, ("steps", at), message, "add `rollback`")
