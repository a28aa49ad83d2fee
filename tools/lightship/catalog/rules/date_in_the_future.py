"""Something is said to have been done on a day that is still to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Keys, Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Reviews, verifications and approvals are proofs; one that has not happened proves nothing."
FIX = "Write the day on which it was done."
BAD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2027-05-01
steps: [{ title: Look, manual: Look at the graph. }]
"""
GOOD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }]
"""

# Where it is tomorrow already, somebody may write so.
_AHEAD = timedelta(days=1)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Days of reviews, verifications and approvals more than a day ahead."""
    latest = now.date() + _AHEAD
    for path, keys, day in _days(catalog):
        if day > latest:
            yield Problem(path, keys, f"{day} is still to come", "write the day on which it was done")


def _days(catalog: Catalog) -> Iterator[tuple[str, Keys, date]]:
    for runbook in catalog.runbooks.values():
        if runbook.reviewed_at is not None:
            yield runbook.path, ("reviewed_at",), runbook.reviewed_at
        for at, verification in enumerate(runbook.verifications):
            yield runbook.path, ("verifications", at, "at"), verification.at
    for waiver in catalog.waivers.values():
        yield waiver.path, ("approved_at",), waiver.approved_at
