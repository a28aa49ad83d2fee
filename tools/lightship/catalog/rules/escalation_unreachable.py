"""An escalation level leads to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import gone
from lightship.catalog.catalog import Catalog
from lightship.catalog.escalations import escalations
from lightship.catalog.kinds.schedule import EscalationLevel
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.oncall.people import roster

SEVERITY = Severity.ERROR
WHY = "The team has no lead and no members, or nobody is in the schedule: the page stops there."
FIX = "Name a lead or members of the team, mend the schedule, or escalate to somebody else."
BAD = """\
# catalog/teams/ghosts.yaml
name: Ghosts
# catalog/services/cart.yaml
name: Cart
owner: payments
escalation: [{ team: ghosts }]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
escalation: [{ team: payments }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Levels whose team or schedule names nobody, or only people who are gone (then a warning)."""
    for entity, keys, level in escalations(catalog):
        kind, people = _behind(catalog, level)
        if people is None or any(gone(catalog, id, now) is None for id in people):
            continue
        target = getattr(level, kind)
        fault = "nobody in it is active" if people else "nobody is in it"
        message = f"{kind} '{target}' cannot be reached: {fault}"
        severity = Severity.WARNING if people else None
        yield Problem(entity.path, (*keys, kind), message, "escalate to somebody else", severity=severity)


def _behind(catalog: Catalog, level: EscalationLevel) -> tuple[str, tuple[str, ...] | None]:
    """The kind of the target and the people behind it; None where that cannot be known."""
    if level.team is not None:
        team = catalog.teams.get(level.team)
        return "team", None if team is None else (*team.members, *([team.lead] if team.lead else []))
    if level.schedule is not None:
        schedule = catalog.schedules.get(level.schedule)
        if schedule is not None and schedule.source == "rotations":
            return "schedule", roster(schedule)
    return "", None
