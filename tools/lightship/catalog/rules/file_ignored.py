"""A file lies where nothing reads it."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Somebody believes that it counts."
FIX = "Move it to the folder of its kind, name it .yaml, or delete it."
BAD = """\
# catalog/service/other.yaml
name: Cart
owner: payments
"""
GOOD = """\
# catalog/services/other.yaml
name: Other
owner: payments
"""
