"""A request does not give its action what that asks for"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.inputs import wrong
from lightship.actions.waiting import asked, incident_told, waiting
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "It could not be carried out after it was approved."
FIX = "Fill in what the action asks for; `lightship request new` does so, and checks it."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
inputs: { type: object, required: [pods], properties: { pods: { type: integer } } }
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
# actions/requests/req-01kt1deaw0000g40r40m30e209.yaml
action: restart
target: cart
reason: Carts do not load.
requester: ben
requested_at: 2026-06-01T11:00Z
not_after: 2026-06-02T11:00Z
inputs: { pods: two }
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
inputs: { type: object, required: [pods], properties: { pods: { type: integer } } }
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
# actions/requests/req-01kt1deaw0000g40r40m30e209.yaml
action: restart
target: cart
reason: Carts do not load.
requester: ben
requested_at: 2026-06-01T11:00Z
not_after: 2026-06-02T11:00Z
inputs: { pods: 2 }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Open requests with inputs that are missing, unknown or do not fit, or with a target where there is none."""
    for request in waiting(catalog, now):
        action = catalog.actions.get(request.action)
        if action is None:
            continue
        for trouble in wrong(action, request.inputs, asked(catalog, request)):
            if trouble.name in incident_told(action, request):
                continue
            keys = ("inputs", *trouble.keys) if trouble.keys else (("target",) if request.target else ())
            yield Problem(request.path, keys, trouble.told, trouble.fix or "correct it")
