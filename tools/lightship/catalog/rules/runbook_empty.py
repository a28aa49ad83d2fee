"""A runbook has no steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Whoever opens it in an incident loses the time that it takes to find out."
FIX = "Write down the first thing to look at, at least."
BAD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2026-05-01
"""
GOOD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Runbooks without steps, and without a link that may hold them."""
    for runbook in catalog.runbooks.values():
        if not runbook.steps and not runbook.links:
            message = "the runbook has no steps"
            yield Problem(
                runbook.path, ("steps",), message, "write down what to do, or link to where it stands"
            )
