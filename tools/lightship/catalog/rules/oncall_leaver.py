"""Somebody has turns on call after their last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.oncall.people import departures
from lightship.oncall.shifts import shifts

SEVERITY = Severity.WARNING
WHY = "The gap is known today; it is cheaper to close now than in that night."
FIX = "Give the turns after their last day to somebody else."
BAD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
active_until: 2026-06-10
"""
GOOD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
active_until: 2027-06-10
"""

_HORIZON = timedelta(days=60)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Turns in the next 60 days of people who are here today, and are gone by then; once a person and schedule."""
    for schedule in catalog.schedules.values():
        leaving = {id: left for id, left in departures(schedule, catalog.people).items() if left > now}
        if not leaving or min(leaving.values()) > now + _HORIZON:
            continue
        for id, left in sorted(leaving.items()):
            late = [
                one for one in shifts(schedule, now, now + _HORIZON) if one.person == id and one.end > left
            ]
            if late:
                day = max(late[0].start, left).date()
                message = f"'{id}' leaves on {catalog.people[id].active_until} and is on call on {day}"
                yield Problem(schedule.path, late[0].origin, message, "give the turn to somebody else")
