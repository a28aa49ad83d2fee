"""A key is written twice."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Parsers disagree about which of the two counts, so a reviewer and a machine may see different files."
FIX = "Keep one of them."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
owner: engineering
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
