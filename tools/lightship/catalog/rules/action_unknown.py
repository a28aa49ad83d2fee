"""A runbook step names an action that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import unknown
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The button that a responder looks for is not there."
FIX = "Correct the id, or describe the action in a file of its own."
BAD = """\
# catalog/runbooks/cart-errors.yaml
steps:
  - { title: Restart it, action: restrat }
"""
GOOD = """\
# catalog/runbooks/cart-errors.yaml
steps:
  - { title: Restart it, action: restart }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Broken references to actions."""
    yield from unknown(catalog, "action")
