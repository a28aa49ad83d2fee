"""Puts a text into every string field of a kind, wherever the model takes it: read off the models themselves."""

from __future__ import annotations

import types
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from lightship.catalog.kinds.base import Entity, Part, Reference

_LATER = ("end", "ends", "due", "expires_at", "active_until")
_SAMPLES: tuple[Any, ...] = (
    "2026-03-01",
    "2026-03-01T09:00:00Z",
    "09:00",
    "7d",
    "true",
    "Europe/Berlin",
    "https://example.com/x",
    "ada@example.com",
    "123456789012",
    "owner/name",
    "aws.grant_access",
    "ada",
    "0123456789abcdef",
    "+49 30 1234567",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2bGxMVtqY0xQ3yCkT0l0u5yM6i6YV8X0m3J1yZ5w5q",
    "PABCDEF",
    1,
    3,
    50.5,
    True,
    {},
)
_LATE: tuple[Any, ...] = ("2027-03-01", "2027-03-01T09:00:00Z", "17:00")


@dataclass
class Placed:
    """What came of a text: the fields that took it and those that refused it, as dotted paths."""

    taken: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


def entity(model: type[Entity], text: str, id: str, placed: Placed) -> dict[str, Any]:
    """The data of an entity of `model` with `text` in every field that takes it, and `id` in every reference."""
    return _part(model, text, id, model.kind, placed, {"id": id})


def _part(
    model: type[Part], text: str, id: str, path: str, placed: Placed, given: dict[str, Any]
) -> dict[str, Any]:
    hints = get_type_hints(model, include_extras=True)
    data: dict[str, Any] = {}
    fields = {
        name: info
        for name, info in model.model_fields.items()
        if name != "id" or not issubclass(model, Entity)
    }
    # The required ones first: an optional one stays where the whole is still valid with it.
    for name, info in sorted(fields.items(), key=lambda item: not item[1].is_required()):
        key = info.alias or name
        for value in _values(hints[name], text, id, f"{path}.{key}", placed, name in _LATER):
            if info.is_required() or _fits(model, {**given, **data, key: value}):
                data[key] = value
                break
    return data


def _fits(model: type[Part], data: dict[str, Any]) -> bool:
    try:
        model.model_validate(data)
    except ValidationError:
        return False
    return True


@cache
def _adapter(hint: Any) -> TypeAdapter[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an alias means nothing where there is no model around it
        return TypeAdapter(hint)


def _takes(hint: Any, value: Any) -> bool:
    try:
        _adapter(hint).validate_python(value)
    except ValidationError:
        return False
    return True


def _values(hint: Any, text: str, id: str, path: str, placed: Placed, late: bool) -> Iterator[Any]:
    """Values that the field takes, the best first."""
    inner = _bare(hint)
    if _is_text(inner):
        if _is_reference(hint):
            placed.refused.add(path)
            assert not _takes(hint, text) or text == id, f"{path} takes {text!r} for an id"
            yield id
        elif _takes(hint, text):
            placed.taken.add(path)
            yield text
        else:
            placed.refused.add(path)
    origin = get_origin(inner)
    if origin is tuple:
        item = next(_values(get_args(inner)[0], text, id, path, placed, late), None)
        if item is not None:
            yield [item]
    elif origin is dict:
        placed.taken.add(path)
        yield {"properties": {text[:60]: {"type": "string", "title": text}}}
    elif origin is Literal:
        yield from get_args(inner)
    elif isinstance(inner, type) and issubclass(inner, Part):
        yield _part(inner, text, id, path, placed, {})
    for sample in (*(_LATE if late else ()), *_SAMPLES):
        if _takes(hint, sample):
            yield sample


def _bare(hint: Any) -> Any:
    """The hint without its annotations and its None."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        kept = [each for each in get_args(hint) if each is not type(None)]
        return _bare(kept[0])
    return hint


def _is_text(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, str)


def _is_reference(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        return any(isinstance(mark, Reference) for mark in marks) or _is_reference(inner)
    if get_origin(hint) in (Union, types.UnionType):
        return any(_is_reference(each) for each in get_args(hint))
    return False
