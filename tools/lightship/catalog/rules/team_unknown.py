"""A team is named that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Escalations, approvals and dashboards that name an unknown team reach nobody."
FIX = "Correct the id, or describe the team in catalog/teams/."
BAD = """\
# catalog/teams/payments.yaml
name: Payments
members: [ada, ben]
parent: enginering
"""
GOOD = """\
# catalog/teams/payments.yaml
name: Payments
members: [ada, ben]
parent: engineering
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to teams, under any key but `owner`."""
    yield from unknown(catalog, "team", lambda broken: broken.keys[-1] != "owner")
