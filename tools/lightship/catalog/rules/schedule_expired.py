"""The rotations of a schedule end, or have ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.oncall.localtime import zone
from lightship.oncall.review import expiry

SEVERITY = Severity.WARNING
WHY = "After the last hand-over nobody is on call, and nobody is told."
FIX = "Add a layer that goes on, or take `ends` out. If the schedule is over, take it out of the services that name it."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, ends: 2026-05-04, handover: "09:00", length: 7d }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, ends: 2026-05-04, handover: "09:00", length: 7d }
  - { people: [ben, ada], starts: 2026-05-04, handover: "09:00", length: 7d }
"""

_HORIZON = timedelta(days=30)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Schedules whose layers have all ended, or do so in the next 30 days."""
    for schedule in catalog.schedules.values():
        last = expiry(schedule)
        if last is not None and last <= now + _HORIZON:
            word = "ended" if last <= now else "end"
            message = f"all rotations {word} on {last.astimezone(zone(schedule.timezone)):%Y-%m-%d}"
            yield Problem(schedule.path, ("layers",), message, "add a layer that goes on", at_key=True)
