"""JSON Schemas of what `lightship record` reads. Pure."""

from __future__ import annotations

from lightship.catalog import schemas
from lightship.facts.records import Alert, Change, Reported, Rota, Values

MODELS: dict[str, type[Reported]] = {model.noun: model for model in (Change, Alert, Values, Rota)}
NAMES = tuple(MODELS)


def schema(name: str) -> str:
    """The JSON Schema (draft 2020-12) of a record that the command calls `name`, as indented JSON."""
    return schemas.described(name, MODELS[name])


def files() -> dict[str, str]:
    """Every schema by its path in the repository."""
    return {f"{schemas.FOLDER}/{name}.json": schema(name) for name in NAMES}
