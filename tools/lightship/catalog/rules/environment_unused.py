"""An environment in which nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.unused import unused
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "It costs money, or it is left over."
FIX = "Name it in the `environments` of services, or delete its file."
BAD = """\
# catalog/environments/old-lab.yaml
stage: test
"""
GOOD = """\
# catalog/environments/old-lab.yaml
stage: test
# catalog/services/wishes.yaml
name: Wishes
owner: payments
environments: [old-lab]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Environments that no service names."""
    message, fix = "no service runs here", "name it in the `environments` of services, or delete it"
    yield from unused(catalog, "environment", ("service",), message, fix)
