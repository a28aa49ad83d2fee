"""A list names the same thing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds import KINDS, model
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "The second entry is a slip of the pen; most often another id was meant."
FIX = "Take one of the entries out, or write the id that was meant."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
runbooks: [cart-errors, cart-errors]
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
runbooks: [cart-errors]
"""

# A person may take several turns in a rotation; dependencies have a rule of their own.
_MAY_REPEAT = ("layers", "depends_on")


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Ids that a list of plain ids holds more than once."""
    for kind in KINDS:
        names = _lists(kind)
        for entity in catalog.entities[kind].values():
            for name in names:
                ids = getattr(entity, name)
                if len(ids) > 1 and isinstance(ids[0], str) and len(set(ids)) < len(ids):
                    yield from _repeated(entity.path, name, ids)


def _lists(kind: str) -> tuple[str, ...]:
    fields = model(kind).model_fields.items()
    return tuple(name for name, field in fields if name not in _MAY_REPEAT and field.default == ())


def _repeated(path: str, name: str, ids: tuple[object, ...]) -> Iterator[Problem]:
    for at, id in enumerate(ids):
        if isinstance(id, str) and id in ids[:at]:
            yield Problem(path, (name, at), f"'{id}' is written twice", "take one of them out")
