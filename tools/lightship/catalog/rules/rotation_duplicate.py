"""Somebody has several turns in one round of a rotation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "It is unfair unless it is meant, and often another id was meant."
FIX = "Take one of the turns out, or write the id that was meant."
BAD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben, ada], starts: 2026-01-05, handover: "09:00", length: 1d }
"""
GOOD = """\
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 1d }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """People whom a layer names more than once."""
    for schedule in catalog.schedules.values():
        for number, layer in enumerate(schedule.layers):
            for at, person in enumerate(layer.people):
                if person in layer.people[:at]:
                    keys = ("layers", number, "people", at)
                    message = f"'{person}' has several turns in a round"
                    yield Problem(schedule.path, keys, message, "take one of them out, unless it is meant")
