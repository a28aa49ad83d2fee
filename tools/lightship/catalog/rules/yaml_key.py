"""A key is not a text."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Fields have names; a key that reads as a number, a truth value or a list is none."
FIX = "Put the key in quotes, or write the field's name."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
1: one
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
