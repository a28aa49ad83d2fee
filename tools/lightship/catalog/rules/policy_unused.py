"""A policy that no action names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.unused import unused
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "It looks like protection and protects nothing."
FIX = "Name it as the `policy` of an action, or delete its file."
BAD = """\
# actions/policies/spare.yaml
tiers: [{ name: Owner, approvers: [{ capacity: target-owner }] }]
"""
GOOD = """\
# actions/policies/spare.yaml
tiers: [{ name: Owner, approvers: [{ capacity: target-owner }] }]
# actions/page.yaml
category: paging
policy: spare
steps: [{ id: page, uses: pagerduty.page }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Policies that no action names."""
    message, fix = "no action names this policy", "name it as the `policy` of an action, or delete it"
    yield from unused(catalog, "policy", ("action",), message, fix)
