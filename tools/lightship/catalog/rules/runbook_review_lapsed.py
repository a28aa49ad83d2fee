"""A runbook is past its review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import duration_text
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Systems change faster than their runbooks; a wrong step costs more than a missing one."
FIX = "Read it through, correct it, and set `reviewed_at` to today."
BAD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2025-05-01
steps: [{ title: Look, manual: Look at the graph. }]
"""
GOOD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2025-05-01
review_every: 5000d
steps: [{ title: Look, manual: Look at the graph. }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Runbooks whose last review is longer ago than they promise."""
    today = now.date()
    for runbook in catalog.runbooks.values():
        reviewed = runbook.reviewed_at
        if reviewed is not None and (today - reviewed) > runbook.review_every:
            promise = duration_text(runbook.review_every)
            message = (
                f"last read through on {reviewed}, {(today - reviewed).days} days ago; {promise} are promised"
            )
            yield Problem(runbook.path, ("reviewed_at",), message, "read it through, and set it to today")
