"""A request is not named as requests are"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.ids import made_at
from lightship.actions.waiting import AROUND, waiting
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Records name a request by its id: one that is used twice, or made up, could be carried out twice."
FIX = "Let `lightship request new` name it: req- and a ULID of the moment at which it is asked for."
BAD = """\
# actions/requests/please.yaml
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
    """Open requests whose id is no `req-` with a ULID, or one of another day."""
    for request in waiting(catalog, now):
        at = made_at(request.id)
        fix = "let `lightship request new` name it"
        if at is None:
            yield Problem(request.path, (), f"'{request.id}' is not `req-` and a ULID in lower case", fix)
        elif abs(at - request.requested_at) > AROUND:
            message = f"its id is of {at:%Y-%m-%d %H:%M} UTC, and it was asked for at another time"
            yield Problem(request.path, ("requested_at",), message, fix)
