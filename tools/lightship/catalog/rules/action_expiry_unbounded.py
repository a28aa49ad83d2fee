"""Nobody says how long an action that expires may last at the most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.action import duration
from lightship.catalog.kinds.base import duration_text
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Who asks would say how long they keep it."
FIX = "Add `longest`, such as 8h, wherever `expires` is worked out from inputs."
BAD = """\
# actions/lock.yaml
category: governance
target: service
policy: owner
inputs: { type: object, properties: { hours: { type: integer } } }
steps:
  - { id: lock, uses: lightship.lock_service, with: { service: cart, reason: Sale }, undo: lightship.unlock_service }
expires: "{{ inputs.hours }}h"
"""
GOOD = """\
# actions/lock.yaml
category: governance
target: service
policy: owner
inputs: { type: object, properties: { hours: { type: integer } } }
steps:
  - { id: lock, uses: lightship.lock_service, with: { service: cart, reason: Sale }, undo: lightship.unlock_service }
expires: "{{ inputs.hours }}h"
longest: 8h
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """`expires` in Jinja without `longest`; a `longest` that `expires` exceeds, or that bounds nothing."""
    for action in catalog.actions.values():
        if action.expires is None:
            if action.longest is not None:
                yield Problem(action.path, ("longest",), "it never expires", "add `expires`, or take it out")
        elif "{" in action.expires:
            if action.longest is None:
                message = "the inputs say how long it lasts, and nothing says how long at the most"
                yield Problem(action.path, ("expires",), message, "add `longest: 8h`")
        elif action.longest is not None and duration(action.expires) > action.longest:
            most = duration_text(action.longest)
            yield Problem(action.path, ("expires",), f"it is more than `longest`, {most}", "shorten it")
