"""An SLO that no service names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.unused import unused
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "A promise that belongs to nothing is kept by nobody."
FIX = "Add it to the `slos` of the service that promises it."
BAD = """\
# catalog/slos/alone.yaml
objective: 99.9
window: 28d
"""
GOOD = """\
# catalog/slos/alone.yaml
objective: 99.9
window: 28d
# catalog/services/wishes.yaml
name: Wishes
owner: payments
slos: [alone]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """SLOs that nothing names."""
    message, fix = "no service names this SLO", "add it to the `slos` of the service that promises it"
    yield from unused(catalog, "slo", ("service",), message, fix)
