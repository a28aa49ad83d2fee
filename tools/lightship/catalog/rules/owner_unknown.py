"""An owner is named that is not a team of the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The owner is who is called first, who reviews changes and who approves. An owner that does not exist does none of it."
FIX = "Correct the id, or describe the team in catalog/teams/."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: paymentz
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to teams, under the key `owner`."""
    yield from unknown(catalog, "team", lambda broken: broken.keys[-1] == "owner")
