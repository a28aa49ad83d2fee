"""A waiver has expired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "The rule counts again, and nobody decided so."
FIX = "Mend what the rule asks for, or have the waiver approved anew; else delete it."
BAD = """\
# scorecards/waivers/cart-has-slo.yaml
scorecard: ready
rule: has-slo
service: cart
reason_code: planned-work
reason: Next month.
approved_by: ada
approved_at: 2026-03-01
expires_at: 2026-05-31
"""
GOOD = """\
# scorecards/waivers/cart-has-slo.yaml
scorecard: ready
rule: has-slo
service: cart
reason_code: planned-work
reason: Next month.
approved_by: ada
approved_at: 2026-05-01
expires_at: 2026-07-31
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Waivers whose last day has passed, in UTC."""
    for waiver in catalog.waivers.values():
        if waiver.expires_at < now.date():
            message = f"the waiver of '{waiver.rule}' for '{waiver.service}' expired on {waiver.expires_at}"
            fix = "mend it, have it approved anew, or delete this file"
            yield Problem(waiver.path, ("expires_at",), message, fix)
