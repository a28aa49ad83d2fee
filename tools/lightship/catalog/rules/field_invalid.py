"""A field has a value that it cannot have."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Everything that reads the field would have to guess what was meant."
FIX = "Write what the message asks for. `lightship schema KIND` has the whole of it."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
tier: high
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
tier: 2
"""
