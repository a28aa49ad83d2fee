"""What a context offers to expressions: names, types, descriptions, and what stands where nothing was written."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Type = Literal["text", "number", "yes or no", "moment", "duration", "list", "object", "anything"]

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a day that was not written."""

_DEFAULTS: Mapping[Type, Any] = {
    "text": "",
    "number": 0,
    "yes or no": False,
    "moment": NEVER,
    "duration": timedelta(0),
    "list": (),
    "anything": None,
}
_SCALARS: Mapping[type, Type] = {
    bool: "yes or no",
    int: "number",
    float: "number",
    str: "text",
    datetime: "moment",
    date: "moment",
    timedelta: "duration",
    time: "text",
}


@dataclass(frozen=True)
class Shape:
    """The type of a value. Every field is always there, with its default, unless it `may_be_missing`."""

    type: Type
    description: str = ""
    fields: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    values: tuple[str, ...] = ()
    may_be_missing: bool = False
    unset: Any = None

    def default(self) -> Any:
        """What stands where nothing was written."""
        if self.type == "object":
            return {name: inner.default() for name, inner in self.fields.items()}
        return self.unset if self.unset is not None else _DEFAULTS[self.type]

    def presence(self, written: str) -> str:
        """CEL for "`written` was given": as with protocol buffers, a field is there when it is not its default."""
        if self.type == "object":
            inner = " || ".join(part.presence(f"{written}.{name}") for name, part in self.fields.items())
            return f"({inner})"
        told: Mapping[Type, str] = {
            "text": f"({written} != '')",
            "number": f"({written} != {self.default()})",
            "yes or no": f"({written})",
            "list": f"(size({written}) > 0)",
            "moment": f"({written} != timestamp('{NEVER.isoformat()}'))",
            "duration": f"({written} != duration('0s'))",
        }
        return told.get(self.type, f"has({written})")

    def also(self, **fields: Shape) -> Shape:
        """The same object with more fields, or others of the same name."""
        return replace(self, fields={**self.fields, **fields})

    def described(self, description: str) -> Shape:
        """The same shape with another description."""
        return replace(self, description=description)


@cache
def of_model(model: type[BaseModel]) -> Shape:
    """The shape of `model`: its fields under the names they have in files."""
    hints = typing.get_type_hints(model, include_extras=True)
    fields = {
        info.alias or name: _of_hint(hints[name], info.description or "")
        for name, info in model.model_fields.items()
    }
    return Shape("object", (model.__doc__ or "").strip().partition("\n")[0], fields)


def _of_hint(hint: Any, description: str) -> Shape:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        marks = [mark.description for mark in inner[1:] if isinstance(mark, FieldInfo) and mark.description]
        return _of_hint(inner[0], marks[-1] if marks else description)
    if origin in (Union, types.UnionType):
        known = [part for part in inner if part is not type(None)]
        return _of_hint(known[0], description) if len(known) == 1 else Shape("anything", description)
    if origin is tuple:
        return Shape("list", description, item=_of_hint(inner[0], ""))
    if origin is Literal:
        return Shape("text", description, values=inner)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return replace(of_model(hint), description=description or of_model(hint).description)
    return Shape(_SCALARS.get(hint, "anything"), description)
