"""A schedule has layers although another system owns it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "With `source: facts` the layers count for nothing, but people read them and believe them."
FIX = "Take the layers and overrides out, or say `source: rotations`."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
source: facts
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
source: facts
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Layers and overrides of schedules whose source is `facts`."""
    for schedule in catalog.schedules.values():
        if schedule.source == "facts" and (schedule.layers or schedule.overrides):
            key = "layers" if schedule.layers else "overrides"
            message = f"another system owns this schedule, so its {key} count for nothing"
            yield Problem(schedule.path, (key,), message, "take them out", at_key=True)
