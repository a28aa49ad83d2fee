"""Who may approve what: every place of a policy that names approvers, and who holds a role. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.policy import Approvers, Policy
from lightship.catalog.rules import Keys


def approvers_of(policy: Policy) -> Iterator[tuple[Keys, Approvers]]:
    """(key path, approvers) of every tier and of every escalation."""
    for at, tier in enumerate(policy.tiers):
        for index, approvers in enumerate(tier.approvers):
            yield ("tiers", at, "approvers", index), approvers
        for step, escalation in enumerate(tier.escalation):
            for index, approvers in enumerate(escalation.approvers):
                yield ("tiers", at, "escalation", step, "approvers", index), approvers


def holders(catalog: Catalog, role: str) -> tuple[str, ...]:
    """Ids of the people who have the role, whether they still work here or not."""
    return tuple(id for id, person in catalog.people.items() if role in person.roles)
