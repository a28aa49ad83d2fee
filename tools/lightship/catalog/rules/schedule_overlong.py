"""Somebody is on call for too many days in a row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.oncall.review import overlong

SEVERITY = Severity.WARNING
WHY = "Tired people make outages longer. The schedule itself says how much is too much (`coverage.max_days`)."
FIX = "Shorten the turns, add people, or give the rotation a rest by an override."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 3w }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 1w }
"""

_HORIZON = timedelta(days=30)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """The first stretch of each person that is too long, in the next 30 days."""
    for schedule in catalog.schedules.values():
        if not schedule.layers:
            continue
        told = set()
        for stretch in overlong(schedule, now, now + _HORIZON):
            if stretch.person in told:
                continue
            told.add(stretch.person)
            message = (
                f"'{stretch.person}' is on call for more than {schedule.coverage.max_days} days in a row, "
                f"around {max(stretch.start, now):%Y-%m-%d}"
            )
            yield Problem(
                schedule.path, ("layers",), message, "shorten the turns, or add people", at_key=True
            )
