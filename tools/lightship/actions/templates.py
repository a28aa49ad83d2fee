"""Every template of an action, where it stands, and what is wrong with what it looks at. Pure; nothing is rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lightship.actions.operations import operation
from lightship.actions.vocabulary import of_steps, of_triggers
from lightship.catalog.kinds import KINDS
from lightship.catalog.kinds.action import Action
from lightship.expressions import Shape
from lightship.spelling import did_you_mean
from lightship.text import BadText, Path, names
from lightship.text import is_dynamic as depends

Keys = tuple[str | int, ...]
Place = Literal["default", "when", "step", "expires", "trigger"]
_TYPES: Mapping[str, Shape] = {
    "string": Shape("text"),
    "integer": Shape("number"),
    "number": Shape("number"),
    "boolean": Shape("yes or no"),
    "array": Shape("list"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A template: its key path in the file, its text, what it is for. `at` is the number of the step or of the input."""

    keys: Keys
    text: str
    place: Place
    at: int = 0

    @property
    def paths(self) -> tuple[Path, ...]:
        """What it looks at; nothing where it is no template."""
        try:
            return tuple(sorted(names(self.text)))
        except BadText:
            return ()


def written(action: Action) -> Iterator[Written]:
    """Every text of `action` that is, or could be, a template."""
    for at, (name, schema) in enumerate(action.properties.items()):
        if isinstance(found := schema.get("x-default"), str):
            yield Written(("inputs", "properties", name, "x-default"), found, "default", at)
    for at, step in enumerate(action.steps):
        if step.when is not None:
            yield Written(("steps", at, "when"), step.when, "when", at)
        for keys, found in texts(step.with_, ("steps", at, "with")):
            yield Written(keys, found, "step", at)
    if action.expires is not None:
        yield Written(("expires",), action.expires, "expires")
    for at, trigger in enumerate(action.triggers):
        for name in ("target", "reason"):
            if (found := getattr(trigger, name)) is not None:
                yield Written(("triggers", at, name), found, "trigger", at)
        for keys, found in texts(trigger.inputs, ("triggers", at, "inputs")):
            yield Written(keys, found, "trigger", at)


def texts(value: Any, keys: Keys) -> Iterator[tuple[Keys, str]]:
    """Every text in `value`, with its key path."""
    if isinstance(value, str):
        yield keys, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, (*keys, key))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from texts(inner, (*keys, at))


def is_dynamic(value: Any) -> bool:
    """Whether anything in `value` depends on what is rendered; what is no template does, too."""
    for _, found in texts(value, ()):
        try:
            if depends(found):
                return True
        except BadText:
            return True
    return False


def offered(action: Action, template: Written) -> Mapping[str, Shape]:
    """What `template` may look at, by name."""
    if template.place == "trigger":
        return of_triggers()
    properties = action.properties
    kinds = {name: kind for name, schema in properties.items() if (kind := schema.get("x-kind")) in KINDS}
    known = list(properties)[: template.at] if template.place == "default" else list(properties)
    shapes = {
        **of_steps({name: kind for name, kind in kinds.items() if name in known}),
        "inputs": Shape("object", fields={name: _shape(properties[name]) for name in known}),
    }
    if template.place == "when":
        del shapes["incident"]  # whether a step is one does not change while others are done
    if template.place == "step":
        done = action.steps[: template.at]
        shapes["steps"] = Shape("object", fields={step.id: _made(step.uses) for step in done})
    return shapes


def astray(action: Action, template: Written) -> Iterator[tuple[Path, str, str]]:
    """(path, message, fix) for each thing that `template` looks at and that is not offered there."""
    shapes = offered(action, template)
    for path in template.paths:
        problem = _astray(path, Shape("object", fields=shapes))
        if problem is not None:
            yield (path, *problem)


def _astray(path: Path, shape: Shape) -> tuple[str, str] | None:
    seen: list[str] = []
    for step in path:
        if shape.type == "anything":
            return None
        if shape.type == "list" and step.isdecimal() and shape.item is not None:
            shape = shape.item
        elif shape.type == "object" and step in shape.fields:
            shape = shape.fields[step]
        else:
            whole = f"'{'.'.join(seen)}' has no '{step}'" if seen else f"there is no '{step}' here"
            known = ", ".join(sorted(shape.fields)) or "nothing"
            return whole, did_you_mean(step, shape.fields) or f"known: {known}"
        seen.append(step)
    return None


def _shape(schema: Mapping[str, Any]) -> Shape:
    items = schema.get("items")
    found = _TYPES.get(str(schema.get("type")), Shape("anything"))
    if found.type == "list":
        return Shape("list", item=_shape(items) if isinstance(items, dict) else Shape("anything"))
    return found


def _made(uses: str) -> Shape:
    """What a step tells of what it made."""
    known = operation(uses)
    if known is None:
        return Shape("anything")
    return Shape("object", fields={ref: Shape("text") for ref in known.refs})
