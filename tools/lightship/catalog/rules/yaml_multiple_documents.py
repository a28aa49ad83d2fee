"""The file holds several documents."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A file describes one thing, under the id of its name; a second document would have none."
FIX = "Put each document into a file of its own."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
---
name: Checkout
owner: payments
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
