"""The file uses a tag."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Tags ask the parser to build something else than data; the schema says the type of every value."
FIX = "Take the tag out."
BAD = """\
# catalog/services/cart.yaml
name: !!str Cart
owner: payments
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
