"""Which services a condition takes in: the scopes of initiatives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.expressions import Expression, context
from lightship.facts.snapshot import Snapshot
from lightship.scorecards.context import Contexts
from lightship.scorecards.vocabulary import VARIABLES


def scoped(
    catalog: Catalog, facts: Snapshot, day: datetime, services: Iterable[str], scopes: Iterable[str]
) -> Mapping[str, tuple[str, ...]]:
    """Those of `services` for which each of `scopes` (CEL) is true on `day`, an aware midnight; a broken scope holds for none."""
    known = {scope: Expression(scope, VARIABLES) for scope in dict.fromkeys(scopes)}
    paths = frozenset(path for expression in known.values() for path in expression.paths)
    contexts = Contexts(catalog, facts, day, paths)
    found: dict[str, list[str]] = {scope: [] for scope in known}
    if not known:
        return {}
    for id in services:
        values = context(contexts.of(catalog.services[id]))
        for scope, expression in known.items():
            if expression.evaluate(values) is True:
                found[scope].append(id)
    return {scope: tuple(ids) for scope, ids in found.items()}
