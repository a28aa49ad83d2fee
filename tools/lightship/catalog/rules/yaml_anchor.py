"""The file uses an anchor or an alias."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A value that stands elsewhere is missed in review, and aliases of aliases fill the memory of whoever reads them."
FIX = "Write the value out where it is needed."
BAD = """\
# catalog/services/cart.yaml
name: &name Cart
description: *name
owner: payments
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
description: Cart
owner: payments
schedule: nights
"""
