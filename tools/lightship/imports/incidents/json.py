"""Incidents in JSON: one object or a list of them, as `lightship schema past-incident` says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from lightship.imports.incidents.files import Unreadable, named, read_text, within
from lightship.imports.incidents.past import Past, Problem
from lightship.imports.incidents.told import past

_SPACE = re.compile(r"[ \t\n\r]*")


def read(path: Path) -> Iterator[Past | Problem]:
    """Every incident of the file, or of the .json files below the folder, and what cannot be used."""
    for file in within(path, (".json",)):
        name = named(file, path)
        try:
            for place, item in _items(read_text(file)):
                if isinstance(item, dict):
                    yield from past(name, place, item)
                else:
                    yield Problem(
                        name, place, "an incident is an object with at least 'title' and 'began_at'"
                    )
        except Unreadable as error:
            yield Problem(name, error.line, error.reason)


def _items(content: str) -> Iterator[tuple[int, object]]:
    """Each item and its line. Raises Unreadable where it is no JSON any more; what came before has been told."""
    at, listed = _after_space(content, 0), content[_after_space(content, 0) :].startswith("[")
    line, counted = 1, 0
    at = _after_space(content, at + listed)
    while not (listed and content.startswith("]", at)):
        line, counted = line + content.count("\n", counted, at), at
        item, end = _decoded(content, at)
        yield line, item
        at = _after_space(content, end)
        if not listed:
            break
        if content.startswith(",", at):
            at = _after_space(content, at + 1)
        elif not content.startswith("]", at):
            raise Unreadable(
                _line(content, at), "it is not JSON: a comma or ] is missing; the rest is not imported"
            )
    if _after_space(content, at + listed) < len(content):
        raise Unreadable(_line(content, at), "more stands behind the JSON; that is not imported")


def _decoded(content: str, at: int) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(content, at)
    except json.JSONDecodeError as error:
        raise Unreadable(error.lineno, f"it is not JSON: {error.msg}; the rest is not imported") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(_line(content, at), f"it is not JSON: {error}; the rest is not imported") from error


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is not a number")


def _after_space(content: str, at: int) -> int:
    found = _SPACE.match(content, at)
    return found.end() if found else at


def _line(content: str, at: int) -> int:
    return content.count("\n", 0, at) + 1


_DECODER = json.JSONDecoder(parse_constant=_refuse)
