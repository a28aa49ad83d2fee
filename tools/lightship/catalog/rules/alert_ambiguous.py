"""An alert leads to several runbooks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "Whoever is woken by it has to read all of them to find the one."
FIX = "Let one runbook claim the alert, and link to the others from there."
BAD = """\
# catalog/runbooks/cart-errors.yaml
alerts: [CartDown]
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }]
# catalog/runbooks/cart-slow.yaml
alerts: [CartDown]
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }]
"""
GOOD = """\
# catalog/runbooks/cart-errors.yaml
alerts: [CartDown]
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Alerts that more than one runbook claims, whatever their case."""
    claimed: dict[str, str] = {}
    for runbook in catalog.runbooks.values():
        for at, alert in enumerate(runbook.alerts):
            first = claimed.setdefault(alert.casefold(), runbook.id)
            if first != runbook.id:
                message = f"'{alert}' leads to '{first}' as well"
                yield Problem(runbook.path, ("alerts", at), message, "let one of them claim it")
