"""The JSON Schema of incidents that are imported. Pure."""

from __future__ import annotations

from lightship.catalog import schemas
from lightship.imports.incidents.told import PastIncident

NAMES = ("past-incident",)


def schema(name: str) -> str:
    """The JSON Schema (draft 2020-12) of `name`, as indented JSON."""
    return schemas.described(name, PastIncident)


def files() -> dict[str, str]:
    """Every schema by its path in the repository."""
    return {f"{schemas.FOLDER}/{name}.json": schema(name) for name in NAMES}
