"""Two ids or names look alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import Entity
from lightship.catalog.lookalikes import disguised, skeleton
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WORST = Severity.ERROR
WHY = "Who reads `a1ice` sees `alice`, and Cyrillic letters look like Latin ones: approvals and pages reach the wrong one."
FIX = "Rename one of them so that nobody can take it for the other."
BAD = """\
# catalog/people/bem.yaml
name: Bem Other
email: bem@example.com
active: false
# catalog/people/bern.yaml
name: Bern Third
email: bern@example.com
active: false
"""
GOOD = """\
# catalog/people/bert.yaml
name: Bert Third
email: bert@example.com
active: false
"""

_KINDS = ("person", "team", "service", "system")


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Ids and names of one kind that differ, and look the same; an error where letters of another script hide it."""
    for kind in _KINDS:
        ids: dict[str, str] = {}
        names: dict[str, Entity] = {}
        for id, entity in catalog.entities[kind].items():
            first = ids.setdefault(skeleton(id), id)
            if first != id:
                yield Problem(entity.path, (), f"the id '{id}' looks like '{first}'", "rename one of them")
            if entity.name is None:
                continue
            other = names.setdefault(skeleton(entity.name), entity)
            if other is not entity and other.label.casefold() != entity.name.casefold():
                hidden = disguised(entity.name) or disguised(other.label)
                yield Problem(
                    entity.path,
                    ("name",),
                    f"the name '{entity.name}' looks like that of '{other.id}'",
                    "rename one of them",
                    severity=Severity.ERROR if hidden else None,
                )
