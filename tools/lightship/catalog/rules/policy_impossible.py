"""A policy wants more approvals than there are people to give them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import gone
from lightship.catalog.approvals import approvers_of, holders
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.policy import Approvers
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The request can never be approved; in an incident that is found out too late."
FIX = "Lower `count`, or name a larger team."
BAD = """\
# actions/policies/owner.yaml
tiers: [{ name: Team, approvers: [{ capacity: team, team: payments, count: 3 }] }]
"""
GOOD = """\
# actions/policies/owner.yaml
tiers: [{ name: Team, approvers: [{ capacity: team, team: payments, count: 2 }] }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Counts above the number of people; a warning where it is only that people are gone."""
    for policy in catalog.policies.values():
        for keys, approvers in approvers_of(policy):
            people = _people(catalog, approvers)
            if people is None:
                continue
            here = [id for id in people if gone(catalog, id, now) is None]
            if approvers.count > len(here):
                severity = Severity.WARNING if approvers.count <= len(people) else None
                message = f"{approvers.count} approvals are wanted, and {len(here)} people can give one"
                fix = "lower the count, or let more people approve"
                yield Problem(policy.path, (*keys, "count"), message, fix, severity=severity)


def _people(catalog: Catalog, approvers: Approvers) -> tuple[str, ...] | None:
    """Who may approve; None where that depends on the request. A role that nobody holds is `role-unheld`."""
    team = catalog.teams.get(approvers.team or "")
    if approvers.capacity == "team" and team is not None:
        return tuple({*team.members, *([team.lead] if team.lead else [])})
    if approvers.capacity == "role" and approvers.role:
        return holders(catalog, approvers.role) or None
    if approvers.capacity == "person" and approvers.person:
        return (approvers.person,)
    return None
