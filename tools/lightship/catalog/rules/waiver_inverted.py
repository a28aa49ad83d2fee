"""A waiver ends before it was approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "It never counted."
FIX = "Correct `approved_at` or `expires_at`."
BAD = """\
# scorecards/waivers/cart-has-slo.yaml
scorecard: ready
rule: has-slo
service: cart
reason_code: planned-work
reason: Next month.
approved_by: ada
approved_at: 2026-05-01
expires_at: 2026-04-01
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
    """Waivers whose last day lies before the day of approval."""
    for waiver in catalog.waivers.values():
        if waiver.expires_at < waiver.approved_at:
            message = f"the waiver ends on {waiver.expires_at}, before it was approved ({waiver.approved_at})"
            yield Problem(waiver.path, ("expires_at",), message, "correct one of the days")
