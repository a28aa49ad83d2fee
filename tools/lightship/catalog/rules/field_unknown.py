"""A key is not a field of its kind."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A misspelt field is a field that is not set; the mistake would be found when it is needed."
FIX = "Correct the key. `lightship schema KIND` lists the fields, and editors complete them."
BAD = """\
# catalog/services/cart.yaml
name: Cart
ownr: payments
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
