"""Nobody is on call at a time that the schedule promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.oncall.localtime import zone
from lightship.oncall.people import departures
from lightship.oncall.review import expiry
from lightship.oncall.shifts import gaps

SEVERITY = Severity.WARNING
WHY = "A page in the gap reaches nobody. Gaps come from rotations that end, restrictions that do not meet, and people who leave."
FIX = "Add an override for the time, or mend the layers. If nobody has to be on call then, say so in `coverage.hours`."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - people: [ada, ben]
    starts: 2026-01-05
    handover: "09:00"
    length: 7d
    restrictions: [{ start: "18:00", end: "08:00" }]
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - people: [ada, ben]
    starts: 2026-01-05
    handover: "09:00"
    length: 7d
    restrictions: [{ start: "18:00", end: "08:00" }]
coverage: { hours: [{ start: "20:00", end: "06:00" }] }
"""

_HORIZON = timedelta(days=30)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Holes in the coverage that each schedule with layers promises, in the next 30 days; one problem a schedule."""
    for schedule in catalog.schedules.values():
        if not schedule.layers:
            continue
        # Rotations that have all ended are one problem, not a gap without end.
        last = expiry(schedule)
        if last is not None and last <= now:
            continue
        # Who is unknown has a finding of their own, and whose file is broken may well be here.
        leaving = {
            id: left for id, left in departures(schedule, catalog.people).items() if id in catalog.people
        }
        found = gaps(schedule, now, now + _HORIZON, leaving=leaving)
        if found:
            hours = sum((gap.end - gap.start for gap in found), timedelta()) / timedelta(hours=1)
            first = found[0]
            span = _span(first.start, first.end, schedule.timezone)
            because = f" ('{first.person}' has left)" if first.person else ""
            others = f"; {len(found)} gaps and {hours:.0f} hours in 30 days" if len(found) > 1 else ""
            message = f"nobody is on call {span}{because}{others}"
            yield Problem(
                schedule.path, ("layers",), message, "add an override, or mend the layers", at_key=True
            )


def _span(start: datetime, end: datetime, timezone: str) -> str:
    area = zone(timezone)
    first, last = start.astimezone(area), end.astimezone(area)
    return f"from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} ({timezone})"
