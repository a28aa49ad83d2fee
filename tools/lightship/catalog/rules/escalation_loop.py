"""A schedule escalates to itself, by one way or another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.cycles import arrows, cycles
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "When the person on call does not answer, the same person is called again."
FIX = "Escalate to another schedule, to a person or to a team."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
escalation: [{ schedule: nights }]
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
escalation: [{ person: ada }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Circles of schedules that escalate to nothing but each other, named once."""
    targets = {id: schedule.escalation for id, schedule in catalog.schedules.items() if schedule.escalation}
    edges = {
        id: tuple(level.schedule for level in levels if level.schedule)
        for id, levels in targets.items()
        if id in {level.schedule for level in levels} or all(level.schedule for level in levels)
    }
    for cycle in cycles(edges):
        way = "to each other only" if len(cycle) > 1 else "to themselves"
        message = f"schedules escalate {way}: {arrows(cycle)}"
        path = catalog.schedules[cycle[0]].path
        yield Problem(path, ("escalation",), message, "escalate to a person or a team", at_key=True)
