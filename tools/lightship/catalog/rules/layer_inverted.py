"""A layer ends before it starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "It is never on duty, although it looks like one that is."
FIX = "Correct `starts` or `ends`."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
  - { people: [ben], starts: 2026-01-05, ends: 2025-12-29, handover: "09:00", length: 7d }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
  - { people: [ben], starts: 2026-01-05, ends: 2026-01-12, handover: "09:00", length: 7d }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Layers whose last hand-over is not after the first."""
    for schedule in catalog.schedules.values():
        for number, layer in enumerate(schedule.layers):
            if layer.ends is not None and layer.ends <= layer.starts:
                message = f"the layer ends on {layer.ends}, not after it starts ({layer.starts})"
                yield Problem(schedule.path, ("layers", number, "ends"), message, "correct one of the days")
