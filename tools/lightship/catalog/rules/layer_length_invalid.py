"""A turn is neither whole days nor a part of a day that comes out even."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import duration_text
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Hand-overs would wander around the clock, and nobody could say when theirs is."
FIX = "Use whole days or weeks (1d, 7d, 2w), or hours that divide a day (4h, 6h, 8h, 12h)."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7h }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 8h }
"""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Lengths that are neither a multiple of a day nor hours of which a day is a multiple."""
    for schedule in catalog.schedules.values():
        for number, layer in enumerate(schedule.layers):
            if layer.length % _DAY and (layer.length % _HOUR or _DAY % layer.length):
                message = f"a turn of {duration_text(layer.length)} makes hand-overs wander around the clock"
                keys = ("layers", number, "length")
                yield Problem(schedule.path, keys, message, "use whole days or weeks, or 4h, 6h, 8h or 12h")
