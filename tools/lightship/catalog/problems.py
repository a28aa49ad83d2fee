"""What can be wrong with a single file, said so that its author can mend it."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from lightship.catalog.kinds.base import ID_PATTERN, LINE_PATTERN, TEXT_PATTERN
from lightship.catalog.kinds.request import OUTCOME
from lightship.catalog.read import YamlError
from lightship.finding import Finding, Severity
from lightship.spelling import did_you_mean

_ELSEWHERE = {
    "kind": "the folder says the kind: take this key out",
    "apiVersion": "this looks like a Backstage file: `lightship import backstage` reads those",
}

_WANTED = {  # how pydantic calls a mismatch → what the file should hold
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "tuple_type": "a list",
    "string_type": "a text",
    "bool_type": "true or false",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
}

_PATTERNS = {
    ID_PATTERN: "an id: a-z, 0-9 and dashes",
    LINE_PATTERN: "a text in one line",
    TEXT_PATTERN: "a text, not only spaces",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding that does not know its file yet; `line` and `column` only where `keys` cannot tell."""

    rule: str
    message: str
    fix: str = ""
    keys: tuple[str | int, ...] = ()
    at_key: bool = False
    line: int = 0
    column: int = 0

    def finding(self, path: str) -> Finding:
        """The finding at `path`."""
        return Finding(
            rule=self.rule,
            severity=Severity.ERROR,
            path=path,
            message=self.message,
            fix=self.fix,
            keys=self.keys,
            at_key=self.at_key,
            line=self.line,
            column=self.column,
        )

    def as_json(self) -> list[Any]:
        """A row for the cache."""
        return [self.rule, self.message, self.fix, list(self.keys), self.at_key, self.line, self.column]

    @classmethod
    def of_json(cls, row: list[Any]) -> Problem:
        """The problem of a row of the cache."""
        rule, message, fix, keys, at_key, line, column = row
        return cls(rule, message, fix, tuple(keys), at_key, line, column)


def from_yaml(error: YamlError) -> Problem:
    """A file that is not YAML as we read it."""
    return Problem(error.rule, error.message, error.fix, line=error.line, column=error.column)


def reserved_id() -> Problem:
    """A file that names itself: two names could disagree."""
    return Problem(
        "field-unknown",
        "'id' is not a field",
        "the file's name is the id: take this key out",
        ("id",),
        at_key=True,
    )


def not_a_mapping(data: object, model: type[BaseModel]) -> Problem:
    """A file that holds something else than keys and values."""
    required = [name for name, field in model.model_fields.items() if field.is_required() and name != "id"]
    remedy = (
        "write at least " + " and ".join(f"`{name}:`" for name in required)
        if required
        else "write keys and values"
    )
    if data is None:
        return Problem("file-empty", "the file is empty", remedy, line=1, column=1)
    found = "a list" if isinstance(data, list) else "a single value"
    return Problem(
        "file-not-a-mapping", f"the file holds {found}, not keys and values", remedy, line=1, column=1
    )


def from_validation(
    error: ValidationError, model: type[BaseModel], data: dict[str, Any]
) -> tuple[Problem, ...]:
    """Every place where `data` is not what the model asks for."""
    return tuple(
        _problem(dict(row), model, data) for row in error.errors(include_url=False, include_input=True)
    )


def _problem(row: dict[str, Any], model: type[BaseModel], data: dict[str, Any]) -> Problem:
    keys = _within(tuple(row["loc"]), data)
    if row["type"] == "extra_forbidden":
        key = str(row["loc"][-1])
        fields = sorted(_fields(model, keys[:-1]) - {"id"})
        remedy = _ELSEWHERE.get(key) if len(keys) == 1 else None
        return Problem(
            "field-unknown",
            f"'{key}' is not a field here",
            remedy or did_you_mean(key, fields) or f"known fields: {', '.join(fields)}",
            keys,
            at_key=True,
        )
    if row["type"] == "missing":
        return Problem("field-missing", f"'{row['loc'][-1]}' is missing", f"add `{row['loc'][-1]}:`", keys)
    if row["type"] == OUTCOME:
        key = row["ctx"]["key"]
        return Problem("request-outcome-written", row["msg"], "take it out", (key,), at_key=True)
    message = _said(row)
    where = ".".join(str(key) for key in keys) or "the file"
    return Problem(
        "field-invalid", f"{where}: {message[:1].lower()}{message[1:]}{_seen(row)}", _remedy(row), keys
    )


def _said(row: dict[str, Any]) -> str:
    wanted = _WANTED.get(row["type"])
    if row["type"] == "string_pattern_mismatch":
        wanted = _PATTERNS.get(row["ctx"]["pattern"])
    if wanted:
        return f"this has to be {wanted}"
    return str(row["msg"]).removeprefix("Value error, ").replace("Input should be", "this has to be")


def _seen(row: dict[str, Any]) -> str:
    value = row.get("input")
    if isinstance(value, str | int | float) and len(str(value)) <= 60:
        return f" (it is {value!r})" if isinstance(value, str) else f" (it is {str(value).lower()})"
    return ""


def _remedy(row: dict[str, Any]) -> str:
    context = row.get("ctx") or {}
    value = row.get("input")
    if row["type"] == "literal_error" and isinstance(value, str):
        return did_you_mean(
            value, [part.strip(" '") for part in str(context["expected"]).replace(" or ", ",").split(",")]
        )
    if value is None:
        return "write it, or take the key out"
    if row["type"] == "string_type" and not isinstance(value, dict | list):
        return "put it in quotes"
    if row["type"] == "tuple_type" and isinstance(value, str | int | float):
        return "put it in brackets, as in [a, b]"
    if row["type"] == "int_type" and isinstance(value, str) and value.isdecimal():
        return "take the quotes away"
    return ""


def _within(loc: tuple[str | int, ...], data: Any) -> tuple[str | int, ...]:
    """The part of `loc` that the file really has: a model's own steps (of a union, say) are left out."""
    keys: list[str | int] = []
    for step in loc:
        if isinstance(data, dict) and step in data:
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            continue
        keys.append(step)
    return tuple(keys)


def _fields(model: type[BaseModel], keys: tuple[str | int, ...]) -> set[str]:
    """Names of the fields of the part of `model` that lies under `keys`."""
    here: list[Any] = [model]
    for key in keys:
        if isinstance(key, int):
            continue
        here = [
            part
            for parent in here
            for name, hint in typing.get_type_hints(parent, include_extras=True).items()
            if key in (name, getattr(parent.model_fields.get(name), "alias", None))
            for part in _models(hint)
        ]
    return {field.alias or name for part in here for name, field in part.model_fields.items()}


def _models(hint: Any) -> Iterator[type[BaseModel]]:
    if get_origin(hint) in (Annotated, Union, types.UnionType, tuple):
        for inner in get_args(hint):
            yield from _models(inner)
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
