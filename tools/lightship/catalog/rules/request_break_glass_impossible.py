"""A request breaks the glass where there is none"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.waiting import waiting
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "It is denied, and the time until somebody notices is lost in an incident."
FIX = "Name the open incident; or ask without break-glass."
BAD = """\
# actions/requests/req-01kt1deaw0000g40r40m30e209.yaml
action: restart
target: cart
reason: Carts do not load.
requester: ben
requested_at: 2026-06-01T11:00Z
not_after: 2026-06-02T11:00Z
break_glass: true
"""
GOOD = """\
# actions/policies/owner.yaml
tiers: [{ name: Owner, approvers: [{ capacity: target-owner }] }]
break_glass: { people: [ben], severity: SEV2, duration: 1h, review_within: 1d }
# actions/requests/req-01kt1deaw0000g40r40m30e209.yaml
action: restart
target: cart
reason: Carts do not load.
requester: ben
requested_at: 2026-06-01T11:00Z
not_after: 2026-06-02T11:00Z
break_glass: true
incident: inc-20260601-k7qm
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Open break-glass requests without an incident, under a policy without break-glass, or by somebody who may not."""
    for request in waiting(catalog, now):
        action = catalog.actions.get(request.action)
        policy = catalog.policies.get(action.policy) if action else None
        person = catalog.people.get(request.requester)
        if not request.break_glass or policy is None:
            continue
        keys, glass = ("break_glass",), policy.break_glass
        if glass is None:
            yield Problem(request.path, keys, f"'{policy.id}' knows no break-glass", "ask without it")
        elif person and person.id not in glass.people and not {*glass.roles} & {*person.roles}:
            message = f"'{person.id}' is not one of those who may break the glass of '{policy.id}'"
            yield Problem(request.path, keys, message, "let one of them ask, or ask without it")
        if request.incident is None:
            message = "break-glass holds during an open incident alone, and none is named"
            yield Problem(request.path, keys, message, "add `incident:`")
