"""A request names somebody who does not work here"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.waiting import waiting
from lightship.catalog.absence import absent
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.ERROR
WHY = "Nobody else can ask in their name or get it for them, so it is denied."
FIX = "Name a person of catalog/people who works here."
BAD = """\
# actions/requests/req-01kt1deaw0000g40r40m30e209.yaml
action: restart
target: cart
reason: Carts do not load.
requester: bne
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
    """Open requests whose requester or beneficiary is unknown or gone."""
    for request in waiting(catalog, now):
        named = (("requester", request.requester), ("for", request.for_))
        for key, person in named:
            if person is None or ("person", person) in catalog.unreadable:
                continue
            if person not in catalog.people:
                hint = did_you_mean(person, catalog.people) or "people are in catalog/people/"
                yield Problem(request.path, (key,), f"'{person}' is not a person", hint)
            fix = "let somebody else ask"
            yield from absent(catalog, now, [(request.path, (key,), key, person)], fix, Severity.WARNING)
