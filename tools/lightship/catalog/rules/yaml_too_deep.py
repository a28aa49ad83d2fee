"""Values are nested too deeply."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = (
    "No kind needs more than a few levels; a file that has many is a mistake, or wants to exhaust its reader."
)
FIX = "Make the file flatter."
BAD = """\
# catalog/services/cart.yaml
name: [[[[[[[[[[[[[[[[[[[[[[[[[Cart]]]]]]]]]]]]]]]]]]]]]]]]]
owner: payments
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
