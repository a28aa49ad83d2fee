"""A file is empty."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "It has a name and says nothing."
FIX = "Write at least the fields that its kind needs, or delete it."
BAD = """\
# catalog/services/cart.yaml
# Nothing yet.
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
