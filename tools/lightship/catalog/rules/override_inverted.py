"""An override ends before it starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "It does nothing, although somebody believes that they have swapped."
FIX = "Correct `start` or `end`."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
overrides:
  - { person: ada, start: "2026-06-11T09:00Z", end: "2026-06-10T09:00Z" }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
overrides:
  - { person: ada, start: "2026-06-10T09:00Z", end: "2026-06-11T09:00Z" }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Overrides whose end is not after their start."""
    for schedule in catalog.schedules.values():
        for number, override in enumerate(schedule.overrides):
            if override.end <= override.start:
                message = "the override does not end after it starts"
                yield Problem(
                    schedule.path, ("overrides", number, "end"), message, "correct one of the moments"
                )
