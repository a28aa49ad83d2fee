"""One person carries a whole schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.oncall.people import roster

SEVERITY = Severity.INFO
WHY = "Nobody can be on call always; holidays and illness are gaps that no rule sees."
FIX = "Add somebody to the rotation."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada], starts: 2026-01-05, handover: "09:00", length: 7d }
coverage: { max_days: 60 }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Schedules whose layers name one person only."""
    for schedule in catalog.schedules.values():
        people = roster(schedule)
        if len(people) == 1 and schedule.source == "rotations":
            message = f"'{people[0]}' is alone in this schedule"
            yield Problem(schedule.path, ("layers",), message, "add somebody to the rotation", at_key=True)
