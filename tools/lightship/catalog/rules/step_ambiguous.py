"""A runbook step does not say in exactly one way what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A step with nothing to do is a heading; one with two ways leaves the choice to a tired reader."
FIX = "Give each step one of `manual`, `command` and `action`."
BAD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph., command: look }]
"""
GOOD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }, { title: Type, command: look }]
"""

_WAYS = ("manual", "command", "action")


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Steps with none, or several, of manual, command and action."""
    for runbook in catalog.runbooks.values():
        for at, step in enumerate(runbook.steps):
            ways = [way for way in _WAYS if getattr(step, way) is not None]
            if len(ways) != 1:
                message = f"the step has {' and '.join(ways) or 'nothing to do'}"
                yield Problem(
                    runbook.path, ("steps", at), message, "give it one of manual, command and action"
                )
