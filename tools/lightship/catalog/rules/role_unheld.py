"""A policy or a dashboard counts on a role that nobody has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import gone
from lightship.catalog.approvals import approvers_of
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Keys, Problem
from lightship.catalog.unused import lost
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.WARNING
WHY = "Nobody can approve in this role, and nobody sees the dashboard."
FIX = "Correct the role's name, or add it to the `roles` of somebody."
BAD = """\
# actions/policies/owner.yaml
tiers: [{ name: Leader, approvers: [{ capacity: role, role: leadr }] }]
"""
GOOD = """\
# actions/policies/owner.yaml
tiers: [{ name: Leader, approvers: [{ capacity: role, role: leader }] }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Roles that are named and that no active person has."""
    if lost(catalog, "person"):
        return
    held = {
        role
        for person in catalog.people.values()
        if gone(catalog, person.id, now) is None
        for role in person.roles
    }
    for path, keys, role in _named(catalog):
        if role not in held:
            hint = did_you_mean(role, held) or "add it to the `roles` of a person"
            yield Problem(path, keys, f"nobody has the role '{role}'", hint)


def _named(catalog: Catalog) -> Iterator[tuple[str, Keys, str]]:
    for policy in catalog.policies.values():
        for keys, approvers in approvers_of(policy):
            if approvers.role is not None:
                yield policy.path, (*keys, "role"), approvers.role
        for at, role in enumerate(policy.override):
            yield policy.path, ("override", at), role
        if policy.break_glass is not None:
            for at, role in enumerate(policy.break_glass.roles):
                yield policy.path, ("break_glass", "roles", at), role
    for dashboard in catalog.dashboards.values():
        for at, role in enumerate(dashboard.audience.roles):
            yield dashboard.path, ("audience", "roles", at), role
