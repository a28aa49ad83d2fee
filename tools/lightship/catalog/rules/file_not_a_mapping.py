"""A file holds a list or a single value."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A kind is described by keys and values."
FIX = "Write keys and values; a file describes one thing."
BAD = """\
# catalog/services/cart.yaml
- name: Cart
  owner: payments
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
"""
