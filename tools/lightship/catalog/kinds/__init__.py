"""The kinds of the catalog, one module each; found by folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from lightship.catalog.kinds.base import Entity

KINDS: tuple[str, ...] = tuple(
    sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name not in ("base", "references"))
)


@cache
def model(kind: str) -> type[Entity]:
    """The model of `kind`, a name of KINDS. Imported when first asked for."""
    module = importlib.import_module(f"{__name__}.{kind}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Entity) and value.__dict__.get("kind") == kind
    )


@cache
def by_folder() -> Mapping[str, str]:
    """Folder of the repository → kind."""
    return {model(kind).folder: kind for kind in KINDS}
