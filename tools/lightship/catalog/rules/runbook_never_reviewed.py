"""A runbook says nowhere when it was last read through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "Nobody knows whether it still describes what is there."
FIX = "Read it through, and set `reviewed_at`."
BAD = """\
# catalog/runbooks/cart-errors.yaml
steps: [{ title: Look, manual: Look at the graph. }]
"""
GOOD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Runbooks without a day of review."""
    for runbook in catalog.runbooks.values():
        if runbook.reviewed_at is None:
            message = "nobody said when this was last read through"
            yield Problem(runbook.path, ("reviewed_at",), message, "read it through, and set `reviewed_at`")
