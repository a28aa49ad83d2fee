"""Entities that nothing names. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem


def unused(catalog: Catalog, kind: str, by: tuple[str, ...], message: str, fix: str) -> Iterator[Problem]:
    """A problem for each `kind` that no entity of the kinds `by` names."""
    if lost(catalog, *by):
        return
    for id, entity in catalog.entities[kind].items():
        if not any(referrer.kind in by for referrer in catalog.graph.referrers(kind, id)):
            yield Problem(entity.path, (), message, fix)


def lost(catalog: Catalog, *kinds: str) -> bool:
    """Whether a file of one of `kinds` cannot be read: then nobody knows what it names, or what it says."""
    return any(kind in kinds for kind, _ in catalog.unreadable)
