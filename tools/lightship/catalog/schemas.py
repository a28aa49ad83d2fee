"""JSON Schemas of the kinds, for editors and other tools. Pure."""

from __future__ import annotations

import json

from pydantic import BaseModel

from lightship.catalog.kinds import KINDS, model
from lightship.catalog.settings import Settings

FOLDER = "schemas"
SETTINGS = "settings"
NAMES = (*KINDS, SETTINGS)


def schema(name: str) -> str:
    """The JSON Schema (draft 2020-12) of the kind `name`, or of the settings, as indented JSON."""
    return described(name, Settings if name == SETTINGS else model(name), without="id")


def described(name: str, part: type[BaseModel], without: str = "") -> str:
    """The JSON Schema of `part`, called `name`, as indented JSON; without the field `without`."""
    held = part.model_json_schema(by_alias=True)
    held["properties"].pop(without, None)
    held["required"] = [key for key in held.get("required", ()) if key != without]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name}
    return json.dumps(head | {key: value for key, value in held.items() if key != "title"}, indent=2) + "\n"


def files() -> dict[str, str]:
    """Every schema by its path in the repository."""
    return {f"{FOLDER}/{name}.json": schema(name) for name in NAMES}
