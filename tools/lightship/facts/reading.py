"""What somebody hands over to be recorded: JSON of a published schema, checked as a whole before anything is written. Pure."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import ValidationError

from lightship.catalog import problems
from lightship.errors import UsageError
from lightship.facts.records import Reported, Values
from lightship.facts.snapshot import LARGEST, plain
from lightship.plain import visible

_Model = TypeVar("_Model", bound=Reported)
_SHOWN = 10


def read(model: type[_Model], data: bytes, name: str, source: str) -> tuple[_Model, ...]:
    """The records that `data`, called `name`, holds: one object or a list of them; `source` where they name none.

    Raises UsageError with every place that is not as the schema says.
    """
    doing = f"reading {name}"
    if len(data) > LARGEST:
        raise UsageError(f"{doing}: it is larger than {LARGEST >> 20} MiB; hand it over in parts")
    try:
        held = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise UsageError(f"{doing}: byte {error.start} is not UTF-8; save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise UsageError(f"{doing}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{doing}: this is not JSON that can be kept: {error}") from error
    items = held if isinstance(held, list) else [held]
    found: list[_Model] = []
    wrong: list[str] = []
    for number, item in enumerate(items):
        parsed = _one(model, item, source)
        if isinstance(parsed, list):
            place = f"[{number}]" if isinstance(held, list) else ""
            wrong += (f"  {'.'.join(filter(None, (place, key)))}: {said}" for key, said in parsed)
        else:
            found.append(parsed)
    if wrong:
        more = [f"and {len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else []
        remedy = f"nothing was recorded; `lightship schema {model.noun}` prints what may stand there"
        raise UsageError("\n".join([f"{doing}:", *wrong[:_SHOWN], *more, remedy]))
    return tuple(found)


def _one(model: type[_Model], item: object, source: str) -> _Model | list[tuple[str, str]]:
    """The record, or what is wrong with it, each with its key."""
    if not isinstance(item, dict):
        return [("", f"this has to be an object with at least {_required(model)}")]
    # A source that nobody named is not said by the item, but has to be kept with it.
    given = {"source": source, **item}
    try:
        parsed = model.model_validate(given)
    except ValidationError as error:
        return [_line(problem) for problem in problems.from_validation(error, model, given)]
    if isinstance(parsed, Values) and not plain(parsed.services):
        return [("services", "a value is nested too deep, too large, or no text")]
    return parsed


def _line(problem: problems.Problem) -> tuple[str, str]:
    """The key, and what is wrong with it."""
    place = ".".join(map(str, problem.keys))
    message = problem.message.removeprefix(f"{place}: ")
    return visible(place), visible(f"{message}; {problem.fix}" if problem.fix else message)


def _required(model: type[Reported]) -> str:
    return ", ".join(f"'{name}'" for name, field in model.model_fields.items() if field.is_required())


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found
