"""Somebody is first on call for two schedules at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.wording import listed
from lightship.finding import Severity
from lightship.oncall.shifts import clashes

SEVERITY = Severity.WARNING
WHY = "Two incidents at once, and one of them has nobody. Often it is meant; then it should be one schedule."
FIX = "Shift one of the rotations, or let the services share one schedule."
BAD = """\
# catalog/schedules/days.yaml
timezone: UTC
team: payments
layers:
  - { people: [ben, ada], starts: 2026-01-05, handover: "21:00", length: 7d }
# catalog/services/wishes.yaml
name: Wishes
owner: payments
schedule: days
"""
GOOD = """\
# catalog/schedules/days.yaml
timezone: UTC
team: payments
layers:
  - { people: [ben, ada], starts: 2026-01-05, handover: "09:00", length: 7d }
# catalog/services/wishes.yaml
name: Wishes
owner: payments
schedule: days
"""

_HORIZON = timedelta(days=30)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """The first clash of each person, in the next 30 days, among the schedules that services name."""
    named = {service.schedule for service in catalog.services.values()}
    told = set()
    for clash in clashes((one for id, one in catalog.schedules.items() if id in named), now, now + _HORIZON):
        if clash.person in told:
            continue
        told.add(clash.person)
        schedule = catalog.schedules[clash.schedules[-1]]
        others = listed(clash.schedules[:-1])
        message = f"'{clash.person}' is on call here and for {others} at once, from {clash.start:%Y-%m-%d %H:%M} UTC"
        yield Problem(schedule.path, ("layers",), message, "shift one of the rotations", at_key=True)
