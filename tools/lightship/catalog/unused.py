"""Entities that nothing names. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem


def unused(catalog: Catalog, kind: str, by: tuple[str, ...], message: str, fix: str) -> Iterator[Problem]:
    """A problem for each `kind` that no entity of the kinds `by` names."""
    for id, entity in catalog.entities[kind].items():
        if not any(referrer.kind in by for referrer in catalog.graph.referrers(kind, id)):
            yield Problem(entity.path, (), message, fix)
