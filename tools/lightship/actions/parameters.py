"""The parameters of a step: what is wrong with them before anything is rendered, and what they come to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from lightship import text
from lightship.actions.operations import Operation
from lightship.actions.templates import Keys, is_dynamic
from lightship.catalog.kinds.action import ActionStep
from lightship.spelling import did_you_mean


@dataclass(frozen=True, slots=True)
class Unfit:
    """What is wrong where: the key path inside `with` (() for what is missing), the key itself with `at_key`."""

    keys: Keys
    message: str
    fix: str
    at_key: bool = False


def unfit(step: ActionStep, known: Operation) -> Iterator[Unfit]:
    """Parameters of `step` that are missing or unknown, or do not fit as they stand.

    What a template will give is not known yet, and is judged when it is rendered.
    """
    fields = known.params.model_fields
    open_ends = {name for name, value in step.with_.items() if is_dynamic(value)}
    try:
        known.params.model_validate(step.with_)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            keys = each["loc"]
            name = str(keys[0]) if keys else ""
            if each["type"] == "extra_forbidden" and name not in fields:
                hint = did_you_mean(name, fields) or f"parameters: {', '.join(fields)}"
                yield Unfit((name,), f"'{name}' is not a parameter of {known.id}", hint, at_key=True)
            elif each["type"] == "missing" and name not in open_ends:
                yield Unfit((), f"{known.id} needs '{name}'", f"add `{name}:`: {_described(known, name)}")
            elif name not in open_ends and (name or not open_ends):
                message = f"{name}: {each['msg']}" if name else each["msg"]
                yield Unfit(keys, message[:200], _described(known, name))


def applies(step: ActionStep, seen: Mapping[str, Any]) -> bool:
    """Whether it is a step at all, over the values `seen`. Raises BadText: that cannot be told."""
    if step.when is None:
        return True
    found = text.render(step.when, seen)
    if not isinstance(found, bool):
        raise text.BadText(f"'when' gives neither yes nor no: {str(found)[:100]!r}")
    return found


def filled(step: ActionStep, known: Operation, seen: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters as they are sent, over the values `seen`. Raises BadText: they cannot be rendered, or do not fit."""
    given = text.fill(step.with_, seen)
    try:
        return known.params.model_validate(given).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise text.BadText(f"'{'.'.join(map(str, first['loc']))}': {first['msg']}") from error


def _described(known: Operation, name: str) -> str:
    field = known.params.model_fields.get(name)
    return (field.description or "") if field else known.title
