"""A schedule of rotations has no layers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Nobody is ever on call, although services point here."
FIX = "Add a layer, or say `source: facts` where another system owns the schedule."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
source: facts
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Schedules with neither layers nor another owner."""
    for schedule in catalog.schedules.values():
        if schedule.source == "rotations" and not schedule.layers:
            message = "the schedule has no layers: nobody is ever on call"
            yield Problem(schedule.path, ("layers",), message, "add a layer, or `source: facts`")
