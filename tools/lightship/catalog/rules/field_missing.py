"""A field that its kind needs is missing."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Without it the rest has no meaning: a service without an owner is nobody's."
FIX = "Add the field. `lightship schema KIND` lists those that are required."
BAD = """\
# catalog/services/cart.yaml
name: Cart
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
