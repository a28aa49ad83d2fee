"""An escalation level does not say, in one word, whom to call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.escalations import escalations
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A level with nobody does nothing; one with two targets leaves open who is called."
FIX = "Name exactly one of `person`, `schedule` and `team`."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
escalation: [{ after: 10 }]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
escalation: [{ after: 10, person: ada }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Levels that name none, or several, of person, schedule and team."""
    for entity, keys, level in escalations(catalog):
        named = [name for name in ("person", "schedule", "team") if getattr(level, name)]
        if len(named) != 1:
            message = f"the level names {' and '.join(named) or 'nobody'}"
            yield Problem(entity.path, keys, message, "name one of person, schedule and team")
