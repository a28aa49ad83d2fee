"""A step of an action cannot be taken back as it says, or has to be and is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.operations import operation
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "What is given for a while would stay for ever."
FIX = "Write the operation's own `undo`; give an action that expires a step that can be taken back."
BAD = """\
# actions/lock.yaml
category: governance
target: service
policy: owner
steps: [{ id: lock, uses: lightship.lock_service, with: { service: cart, reason: Sale } }]
expires: 8h
"""
GOOD = """\
# actions/lock.yaml
category: governance
target: service
policy: owner
steps:
  - { id: lock, uses: lightship.lock_service, with: { service: cart, reason: Sale }, undo: lightship.unlock_service }
expires: 8h
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """An undo that is not that of the operation; actions that expire and have no undo."""
    for action in catalog.actions.values():
        for at, step in enumerate(action.steps):
            known = operation(step.uses)
            if known is not None and step.undo is not None and step.undo != known.undo:
                hint = f"write `undo: {known.undo}`" if known.undo else "take it out"
                message = f"'{step.undo}' does not take {known.id} back"
                yield Problem(action.path, ("steps", at, "undo"), message, hint)
        if action.expires is not None and not any(step.undo for step in action.steps):
            undos = [known.undo for step in action.steps if (known := operation(step.uses)) and known.undo]
            hint = f"write `undo: {undos[0]}`" if undos else "take `expires` out"
            yield Problem(action.path, ("expires",), "nothing is taken back when it expires", hint)
