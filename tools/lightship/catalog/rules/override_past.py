"""Overrides of last year are still there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "What is over only makes the file longer; the history is in git."
FIX = "Delete overrides that are over."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
overrides:
  - { person: ada, start: "2026-01-10T09:00Z", end: "2026-01-11T09:00Z" }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
overrides:
  - { person: ada, start: "2026-05-10T09:00Z", end: "2026-05-11T09:00Z" }
"""

_KEPT = timedelta(days=90)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Schedules with overrides that have been over for 90 days; one problem a schedule."""
    for schedule in catalog.schedules.values():
        old = [at for at, override in enumerate(schedule.overrides) if override.end < now - _KEPT]
        if old:
            many = f"{len(old)} overrides have" if len(old) > 1 else "an override has"
            message = f"{many} been over for more than {_KEPT.days} days"
            yield Problem(schedule.path, ("overrides", old[0]), message, "delete what is over")
