"""A waiver lasts longer than the settings allow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A waiver without an end in sight is a rule that does not exist."
FIX = "Choose an earlier `expires_at`, or change `waivers.max_days` in lightship.yaml."
BAD = """\
# scorecards/waivers/cart-has-slo.yaml
scorecard: ready
rule: has-slo
service: cart
reason_code: planned-work
reason: One day.
approved_by: ada
approved_at: 2026-05-01
expires_at: 2029-05-01
"""
GOOD = """\
# scorecards/waivers/cart-has-slo.yaml
scorecard: ready
rule: has-slo
service: cart
reason_code: planned-work
reason: One day.
approved_by: ada
approved_at: 2026-05-01
expires_at: 2026-10-01
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Waivers whose days from approval to the end are more than `waivers.max_days`."""
    most = catalog.settings.waivers.max_days
    for waiver in catalog.waivers.values():
        days = (waiver.expires_at - waiver.approved_at).days
        if days > most:
            latest = waiver.approved_at + timedelta(days=most)
            message = f"the waiver lasts {days} days, and {most} are the most"
            yield Problem(waiver.path, ("expires_at",), message, f"{latest} is the latest day")
