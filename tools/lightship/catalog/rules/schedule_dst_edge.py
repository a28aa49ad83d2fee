"""A time of the schedule falls into a change of the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.oncall.review import edges

SEVERITY = Severity.INFO
WHY = "In the night when the clocks change, such a time does not exist, or comes twice: people disagree about who is on call."
FIX = "Choose a time that is not between 00:00 and 04:00, or write the schedule in UTC."
BAD = """\
# catalog/schedules/nights.yaml
timezone: Europe/Berlin
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "02:30", length: 1d }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: Europe/Berlin
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 1d }
"""

_HORIZON = timedelta(days=366)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Hand-overs and hours that are skipped or come twice within a year; the first time of each."""
    for schedule in catalog.schedules.values():
        told = set()
        for edge in edges(schedule, now, now + _HORIZON):
            if edge.keys in told:
                continue
            told.add(edge.keys)
            happens = "does not exist" if edge.kind == "skipped" else "comes twice"
            message = f"{edge.local:%H:%M} {happens} on {edge.local:%Y-%m-%d} in {schedule.timezone}"
            fix = f"it is taken as {edge.at:%H:%M} UTC; choose a time when no clocks change"
            yield Problem(schedule.path, edge.keys, message, fix)
