"""What was filled in, completed by defaults and checked against the action's schema and the catalog. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lightship import text
from lightship.actions.values import Asking, Entities, values
from lightship.catalog.kinds import KINDS, model
from lightship.catalog.kinds.action import Action
from lightship.spelling import did_you_mean
from lightship.text import BadText

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with an input: where (the key path inside the inputs; () for all of them), and the way out."""

    keys: Keys
    message: str
    fix: str = ""

    @property
    def name(self) -> str:
        """The input; '' for all of them."""
        return str(self.keys[0]) if self.keys else ""

    @property
    def told(self) -> str:
        """The message, with the input that it is about."""
        where = ".".join(map(str, self.keys))
        return f"input '{where}': {self.message}" if where else self.message

    def __str__(self) -> str:
        return f"{self.told}; {self.fix}" if self.fix else self.told


@dataclass(frozen=True)
class Completed:
    """The inputs with their defaults; they count only where there are no `troubles`."""

    inputs: Mapping[str, Any]
    troubles: tuple[Trouble, ...] = ()


def complete(action: Action, given: Mapping[str, Any], asking: Asking) -> Completed:
    """`given` with what the schema's `default` and `x-default` add, in the order of the form, and judged."""
    filled = dict(given)
    troubles = [*_about_target(action, asking)]
    for name, schema in action.properties.items():
        if name in filled:
            continue
        if "default" in schema:
            filled[name] = schema["default"]
        elif isinstance(written := schema.get("x-default"), str):
            try:
                found = text.render(written, values(action, asking, filled))
            except BadText as error:
                # What cannot be told is asked for: `required` says whether it may be left out.
                if name in action.required:
                    troubles.append(Trouble((name,), f"it is needed, and has no default here: {error}"))
                continue
            if found not in (None, ""):
                filled[name] = found
    troubles += _judged(action, filled, asking.entities, {each.keys[0] for each in troubles if each.keys})
    return Completed(filled, tuple(troubles))


def wrong(action: Action, given: Mapping[str, Any], asking: Asking) -> tuple[Trouble, ...]:
    """What is wrong with `given` as it stands: what is approved is what is written, so defaults have to be written, too."""
    done = complete(action, given, asking)
    unwritten = (
        Trouble(
            (name,),
            f"it is not written, and would be {value!r}",
            "write it: approvals are for what stands there",
        )
        for name, value in done.inputs.items()
        if name not in given
    )
    return (*done.troubles, *unwritten)


def unfit(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[Keys, str]]:
    """Where and how `value` breaks the JSON Schema (2020-12) `schema`; nothing is ever fetched for it."""
    # Imported where it is needed: both take longer than everything else here.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import UnknownType
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        found = tuple(Draft202012Validator(schema, registry=Registry()).iter_errors(value))
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError) as error:
        yield (), f"nothing can be checked, since the schema is broken: {type(error).__name__}"
        return
    except (re.error, UnknownType, Unresolvable):
        yield (), "nothing can be checked, since the schema is broken"
        return
    absent: dict[Keys, str] = {}
    for each in sorted(found, key=lambda one: [str(step) for step in one.absolute_path]):
        keys = tuple(each.absolute_path)
        if each.validator == "required":
            absent |= {
                (*keys, name): "it is needed" for name in each.validator_value if name not in each.instance
            }
        else:
            yield keys, _said(str(each.validator), each.validator_value, each.message)
    yield from absent.items()


def _said(validator: str, value: Any, message: str) -> str:
    told = {
        "enum": lambda: f"it is one of {', '.join(map(str, value))}",
        "minimum": lambda: f"it is {value} at least",
        "maximum": lambda: f"it is {value} at the most",
        "minLength": lambda: f"it has {value} characters at least",
        "maxLength": lambda: f"it has {value} characters at the most",
        "type": lambda: f"it is of type {value}",
    }
    return told[validator]() if validator in told else message[:200]


def _about_target(action: Action, asking: Asking) -> Iterator[Trouble]:
    services = asking.entities.get("service", {})
    if action.target is None and asking.target:
        yield Trouble((), f"'{action.id}' is about no service", "leave the target out")
    elif action.target and not asking.target:
        yield Trouble((), f"'{action.id}' is about a service", "name it as the target")
    elif action.target and asking.target not in services:
        hint = did_you_mean(asking.target or "", services) or "services are in catalog/services/"
        yield Trouble((), f"the target '{asking.target}' is not a service", hint)


def _judged(
    action: Action, filled: Mapping[str, Any], entities: Entities, already: set[str | int]
) -> Iterator[Trouble]:
    properties = action.properties
    for name in filled:
        if name not in properties:
            hint = did_you_mean(name, properties) or f"inputs: {', '.join(properties) or 'none'}"
            yield Trouble((name,), f"'{action.id}' does not ask for it", hint)
    known = {name: value for name, value in filled.items() if name in properties}
    broken = set(already)
    for keys, message in unfit({"type": "object", **action.inputs}, known):
        if keys[:1] and keys[0] in already:
            continue
        broken.update(keys[:1])
        yield Trouble(keys, message)
    for name, value in known.items():
        if name not in broken:
            yield from _of_kind(properties[name], value, (name,), entities)


def _of_kind(schema: Mapping[str, Any], value: Any, keys: Keys, entities: Entities) -> Iterator[Trouble]:
    """Ids, or lists of them, that are no entities of the kind that is asked for."""
    kind, items = schema.get("x-kind"), schema.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        for at, inner in enumerate(value):
            yield from _of_kind(items, inner, (*keys, at), entities)
    elif kind in KINDS and isinstance(value, str) and value not in entities.get(kind, {}):
        hint = (
            did_you_mean(value, entities.get(kind, {}))
            or f"ids are the names of files in {model(kind).folder}/"
        )
        yield Trouble(keys, f"'{value}' is not {'an' if kind[0] in 'aeiou' else 'a'} {kind}", hint)
