"""The file is not YAML."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Nothing of a file that cannot be parsed is known, and what points to it cannot be checked."
FIX = "Mend the line: most often it is the indentation, an open quote, or a text with `: ` in it that needs quotes."
BAD = """\
# catalog/services/cart.yaml
name: Cart: the basket
owner: payments
"""
GOOD = """\
# catalog/services/cart.yaml
name: "Cart: the basket"
owner: payments
schedule: nights
"""
