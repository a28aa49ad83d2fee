"""The file holds a character that cannot be seen, or is not UTF-8."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Invisible characters, and those that turn the direction of writing, show a reviewer another text than the one that counts."
FIX = "Take the character out, and save the file as UTF-8."
BAD = """\
# catalog/services/cart.yaml
name: "Ca\\u200brt"
owner: payments
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
