"""A former id belongs to somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "History follows `formerly`. An id that still lives, or that two services claim, has two histories."
FIX = "Keep the former id where the history belongs, and nowhere else."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
formerly: [checkout]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
formerly: [basket]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Former ids that are another service's id, the service's own, or another service's former id."""
    services = catalog.services
    claimed: dict[str, str] = {}
    for service in services.values():
        for at, old in enumerate(service.formerly):
            first = claimed.setdefault(old, service.id)
            keys = ("formerly", at)
            if old == service.id:
                yield Problem(service.path, keys, f"'{old}' is its id today", "take it out")
            elif old in services:
                message = f"'{old}' is the id of another service today"
                yield Problem(service.path, keys, message, "only an id that is gone can be a former one")
            elif first != service.id:
                message = f"'{old}' is claimed by '{first}' as well"
                yield Problem(service.path, keys, message, "one of them has to let go")
