"""Which ids an entity names: read off the `Reference` marks of its model, so that no kind lists them twice."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from lightship.catalog.kinds.base import Part, Reference

Keys = tuple[str | int, ...]
Found = tuple[Keys, str, str]  # key path, kind that is meant, id
_Walk = Callable[[Any, Keys, list[Found]], None]  # appends what it finds: ten thousand services hold many


def references(part: Part) -> list[Found]:
    """Every reference in `part`: its key path as written in the file, the kind meant, the id."""
    found: list[Found] = []
    _part(part, (), found)
    return found


@cache
def _plan(model: type[BaseModel]) -> tuple[tuple[str, str, _Walk], ...]:
    hints = typing.get_type_hints(model, include_extras=True)
    plan = []
    for name, field in model.model_fields.items():
        walk = _walk(hints[name])
        if walk is not None:
            plan.append((name, field.alias or name, walk))
    return tuple(plan)


def _walk(hint: Any) -> _Walk | None:
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *marks = get_args(hint)
        for mark in marks:
            if isinstance(mark, Reference):
                return _leaf(mark.kind)
        return _walk(inner)
    if origin in (Union, types.UnionType):
        walks = [walk for walk in map(_walk, get_args(hint)) if walk is not None]
        return walks[0] if walks else None
    if origin is tuple:
        walk = _walk(get_args(hint)[0])
        return _each(walk) if walk else None
    if isinstance(hint, type) and issubclass(hint, Part) and _plan(hint):
        return _part
    return None


def _leaf(kind: str) -> _Walk:
    return lambda value, keys, found: found.append((keys, kind, value))


def _each(inner: _Walk) -> _Walk:
    def walk(value: Any, keys: Keys, found: list[Found]) -> None:
        for index, item in enumerate(value):
            inner(item, (*keys, index), found)

    return walk


def _part(value: Any, keys: Keys, found: list[Found]) -> None:
    model: type[BaseModel] = type(value)
    for name, key, walk in _plan(model):
        part = getattr(value, name)
        if part is not None and part != ():
            walk(part, (*keys, key), found)
