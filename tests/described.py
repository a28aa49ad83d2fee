"""GitHub's own description of its API, cut down to what is used: the whole is 13 MB."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from openapi_core import OpenAPI

HOST = "https://api.github.com"
_PLACE = Path(__file__).parents[1] / "build" / "tools" / "openapi" / "github.json"


def described(used: Mapping[str, Collection[str]]) -> OpenAPI:
    """The methods (in lower case) of the paths `used`; where the description was not fetched, the test is skipped."""
    if not _PLACE.exists():
        pytest.skip("GitHub's OpenAPI is not here: tests/forge/get-openapi.sh build/tools/openapi fetches it")
    whole = json.loads(_PLACE.read_text(encoding="utf-8"))
    paths = {path: {name: whole["paths"][path][name] for name in names} for path, names in used.items()}
    kept = {name: whole[name] for name in ("openapi", "info", "servers")}
    return OpenAPI.from_dict({**kept, "paths": paths, "components": _reached(whole, paths)})


def _reached(whole: Mapping[str, Any], start: Any) -> Mapping[str, Any]:
    """The components that `start` refers to, and those that these refer to."""
    kept: dict[str, dict[str, Any]] = {}
    waiting = [start]
    while waiting:
        for reference in _references(waiting.pop()):
            _, _, room, name = reference.split("/", 3)
            if name not in kept.setdefault(room, {}):
                kept[room][name] = whole["components"][room][name]
                waiting.append(kept[room][name])
    return kept


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)
