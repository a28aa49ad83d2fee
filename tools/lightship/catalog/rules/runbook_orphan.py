"""A runbook that no service names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.unused import unused
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "Nobody finds it on the page of the service that is down."
FIX = "Add it to the `runbooks` of the services it mends."
BAD = """\
# catalog/runbooks/alone.yaml
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }]
"""
GOOD = """\
# catalog/runbooks/alone.yaml
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }]
# catalog/services/wishes.yaml
name: Wishes
owner: payments
runbooks: [alone]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Runbooks that nothing names."""
    message, fix = "no service names this runbook", "add it to the `runbooks` of the services it mends"
    yield from unused(catalog, "runbook", ("service",), message, fix)
