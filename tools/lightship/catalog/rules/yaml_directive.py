"""The file begins with a YAML directive."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A directive changes how the rest is read; there is only one way here."
FIX = "Take out the lines that begin with %."
BAD = """\
# catalog/services/cart.yaml
%YAML 1.1
---
name: Cart
owner: payments
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
