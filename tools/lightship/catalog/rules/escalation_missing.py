"""A tier-1 service has nobody to call when the person on call does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "People sleep through pages. Where the company stops, somebody else has to be next."
FIX = "Add an `escalation` to the service or to its schedule."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
tier: 1
schedule: nights
# catalog/schedules/nights.yaml
timezone: UTC
team: payments
layers:
  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
tier: 1
schedule: nights
escalation: [{ person: ada }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Tier-1 services on call without an escalation of their own or of their schedule."""
    for service in catalog.services.values():
        if service.tier != 1 or service.lifecycle == "retired" or service.escalation:
            continue
        schedule = catalog.schedules.get(service.schedule or "")
        if schedule is not None and not schedule.escalation and schedule.source == "rotations":
            message = f"nobody is called after '{schedule.id}'"
            yield Problem(
                service.path, ("schedule",), message, "add an `escalation` to the service or the schedule"
            )
