"""A number cannot be kept exactly."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = (
    "Infinite numbers, and those of more than 64 bits, mean something else in every program that reads them."
)
FIX = "Put it in quotes to keep it as text, or write a smaller number."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
tier: .inf
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
tier: 2
"""
