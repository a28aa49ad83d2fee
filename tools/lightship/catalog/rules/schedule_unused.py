"""A schedule that nothing names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.unused import unused
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "Somebody may be carrying a pager that never rings."
FIX = "Name it as the `schedule` of services or in an escalation, or delete its file."
BAD = """\
# catalog/schedules/spare.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
"""
GOOD = """\
# catalog/schedules/spare.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
# catalog/services/wishes.yaml
name: Wishes
owner: payments
schedule: spare
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Schedules that no service, team, dashboard or other schedule names."""
    by = ("service", "team", "schedule", "dashboard")
    yield from unused(
        catalog, "schedule", by, "nothing names this schedule", "name it as the `schedule` of a service"
    )
