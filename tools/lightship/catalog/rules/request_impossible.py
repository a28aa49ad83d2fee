"""A request asks for something that cannot be done"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.waiting import impossible, waiting
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Everybody would approve it, and then the step could not be filled in."
FIX = "Add to the catalog what is missing, such as where another system knows the service; or ask for something else."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps:
  - id: restart
    uses: argocd.restart_application
    with: { application: "{{ target.integrations.argocd.application }}" }
# actions/requests/req-01kt1deaw0000g40r40m30e209.yaml
action: restart
target: cart
reason: Carts do not load.
requester: ben
requested_at: 2026-06-01T11:00Z
not_after: 2026-06-02T11:00Z
"""
GOOD = """\
# actions/requests/req-01kt1deaw0000g40r40m30e209.yaml
action: restart
target: cart
reason: Carts do not load.
requester: ben
requested_at: 2026-06-01T11:00Z
not_after: 2026-06-02T11:00Z
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Open requests for which a parameter cannot be rendered, or would be refused; what hangs on an incident is left out."""
    for request in waiting(catalog, now):
        action = catalog.actions.get(request.action)
        for message in impossible(catalog, action, request) if action else ():
            yield Problem(
                request.path, ("action",), message, "add it to the catalog, or ask for something else"
            )
