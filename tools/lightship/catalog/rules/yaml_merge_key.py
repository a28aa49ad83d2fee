"""The file uses a merge key."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "YAML 1.2 has none: parsers disagree about what the file says."
FIX = "Write the keys out."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
integrations:
  github:
    <<: { repository: example/cart }
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
integrations:
  github:
    repository: example/cart
"""
