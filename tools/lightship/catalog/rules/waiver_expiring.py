"""A waiver expires soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "There is still time to mend what it excuses."
FIX = "Mend what the rule asks for, or have the waiver approved anew."
BAD = """\
# scorecards/waivers/cart-has-slo.yaml
scorecard: ready
rule: has-slo
service: cart
reason_code: planned-work
reason: Next month.
approved_by: ada
approved_at: 2026-03-01
expires_at: 2026-06-05
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

_SOON = timedelta(days=14)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Waivers that hold for at most two more weeks."""
    today = now.date()
    for waiver in catalog.waivers.values():
        if today <= waiver.expires_at <= today + _SOON:
            message = f"the waiver of '{waiver.rule}' for '{waiver.service}' expires on {waiver.expires_at}"
            yield Problem(waiver.path, ("expires_at",), message, "mend it, or have it approved anew")
