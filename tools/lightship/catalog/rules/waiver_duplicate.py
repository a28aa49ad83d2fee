"""Two waivers excuse the same rule for the same service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Whoever ends one of them believes that the rule counts again."
FIX = "Keep one of them."
BAD = """\
# scorecards/waivers/cart-has-slo-again.yaml
scorecard: ready
rule: has-slo
service: cart
reason_code: planned-work
reason: Next month.
approved_by: ada
approved_at: 2026-05-01
expires_at: 2026-07-31
"""
GOOD = """\
# scorecards/waivers/cart-has-slo-again.yaml
scorecard: ready
rule: has-owner
service: cart
reason_code: planned-work
reason: Next month.
approved_by: ada
approved_at: 2026-05-01
expires_at: 2026-07-31
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Waivers, not expired, of the same service and rule as another."""
    seen: dict[tuple[str, str, str], str] = {}
    for waiver in catalog.waivers.values():
        if waiver.expires_at >= now.date():
            first = seen.setdefault((waiver.scorecard, waiver.rule, waiver.service), waiver.id)
            if first != waiver.id:
                message = f"'{first}' waives '{waiver.rule}' for '{waiver.service}' already"
                yield Problem(waiver.path, ("rule",), message, "keep one of them")
