"""A request asks for an action that is not in the repository"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.waiting import waiting
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.ERROR
WHY = "Nobody can say what would be done, so it is denied."
FIX = "Correct the id; the portal lists the actions."
BAD = """\
# actions/requests/req-01kt1deaw0000g40r40m30e209.yaml
action: restrat
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
    """Open requests for an action that is unknown."""
    for request in waiting(catalog, now):
        known = request.action in catalog.actions or ("action", request.action) in catalog.unreadable
        if not known:
            hint = did_you_mean(request.action, catalog.actions) or "actions lie in actions/"
            yield Problem(request.path, ("action",), f"'{request.action}' is not an action", hint)
