"""Two overrides put different people on call at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.oncall.localtime import zone
from lightship.oncall.shifts import doubles

SEVERITY = Severity.WARNING
WHY = "The later one in the file wins; the other person believes that they are on call."
FIX = "Take one of the overrides out, or make them meet."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
overrides:
  - { person: ada, start: "2026-06-10T09:00Z", end: "2026-06-11T09:00Z" }
  - { person: ben, start: "2026-06-10T20:00Z", end: "2026-06-12T09:00Z" }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
overrides:
  - { person: ada, start: "2026-06-10T09:00Z", end: "2026-06-11T09:00Z" }
  - { person: ben, start: "2026-06-11T09:00Z", end: "2026-06-12T09:00Z" }
"""

_HORIZON = timedelta(days=400)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """The first overlap of each override, those to come, with one that it wins over."""
    for schedule in catalog.schedules.values():
        told = set()
        for double in doubles(schedule, now, now + _HORIZON):
            if double.overrides[1] in told:
                continue
            told.add(double.overrides[1])
            loser, winner = double.people
            at = f"{double.start.astimezone(zone(schedule.timezone)):%Y-%m-%d %H:%M}"
            message = f"from {at} both '{loser}' and '{winner}' are put on call; '{winner}' is, since it comes later"
            keys = ("overrides", double.overrides[1])
            yield Problem(schedule.path, keys, message, "take one of them out, or make them meet")
