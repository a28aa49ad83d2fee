"""What actions are made of: operations with their parameters, and what texts and conditions see; as text or docs/actions.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lightship.actions import vocabulary
from lightship.actions.operations import Operation
from lightship.expressions import Shape
from lightship.text import FILTERS, TESTS

_INTRODUCTION = """# What actions are made of

Written by `lightship explain --operations --format markdown`; never by hand. An action is a file in `actions/`; an operation is
what one of its steps `uses`. A step of a vendor without a connector, or without credentials, is simulated, and shown as such.
"""
_TEXTS = f"""
Texts of steps, `expires`, `x-default` and triggers are Jinja, cut down to `{{{{ … }}}}` and `{{% if %}}`: no loops, no calls. A
text that is one `{{{{ … }}}}` alone keeps its value's type. Filters: {", ".join(FILTERS)}. Tests: {", ".join(TESTS)}. What may
be absent needs a `default`: `{{{{ target.integrations.slack.channel | default('#general') }}}}`. Beside the names below,
`inputs` are the inputs by name, `chosen` the whole entity that an input with an `x-kind` names, and `steps.<id>.<ref>` is what an
earlier step made. A default sees the inputs above it. `when` of a step gives yes or no, and sees neither `incident` nor `steps`.
"""
_IDEMPOTENCY = {
    "key": "the vendor knows our key",
    "name": "its name is unique",
    "marker": "our marker is looked for first",
    "state": "the state is read first",
    "record": "it is an entry of our journal",
}

_OF_KINDS = {"target": "service", "requester": "person", "beneficiary": "person"}


def render(operations: Iterable[Operation], format: str) -> str:
    """Each operation with its parameters; as Markdown, with everything that actions may look at."""
    if format != "markdown":
        return "\n".join(_text(each) for each in operations)
    seen = (
        (
            "Conditions",
            "`allow` of actions, `when` and `auto_approve` of policies; CEL.",
            vocabulary.VARIABLES,
        ),
        ("Conditions of triggers", "`when` of triggers; CEL.", vocabulary.TRIGGERS),
        ("Texts", _TEXTS.strip(), vocabulary.of_steps({})),
        ("Texts of triggers", "`target`, `inputs` and `reason` of triggers.", vocabulary.of_triggers()),
    )
    parts = [_INTRODUCTION]
    for title, told, shapes in seen:
        rows = "".join(f"| `{name}` | {type} | {told} |\n" for name, type, told in _rows(shapes))
        parts.append(f"## {title}\n\n{told}\n\n| name | type | meaning |\n|---|---|---|\n{rows}")
    parts.append("## Operations\n")
    return "\n".join((*parts, *(_markdown(each) for each in operations)))


def _rows(shapes: Mapping[str, Shape]) -> Iterator[tuple[str, str, str]]:
    """Names two levels deep: entities of kinds are described by their schemas."""
    for name, shape in shapes.items():
        yield name, shape.type, shape.description
        if kind := _OF_KINDS.get(name):
            yield f"{name}.…", "anything", f"What [its file](../schemas/{kind}.json) says, and `id`."
        fields = ("team", "teams", "on_call", "frozen") if name in _OF_KINDS else tuple(shape.fields)
        for field in fields:
            if (part := shape.fields.get(field)) is not None:
                yield f"{name}.{field}", part.type, part.description


def _parameters(operation: Operation) -> Iterator[tuple[str, str, str]]:
    """(name, whether it is needed, meaning) of each parameter."""
    for name, field in operation.params.model_fields.items():
        values = _values(operation, name)
        told = field.description or ""
        yield name, "needed" if field.is_required() else "", f"{told} One of {values}." if values else told


def _values(operation: Operation, name: str) -> str:
    found: dict[str, Any] = operation.params.model_json_schema()["properties"][name]
    choices = [found, *found.get("anyOf", ())]
    return ", ".join(str(value) for each in choices for value in each.get("enum", ()))


def _text(operation: Operation) -> str:
    lines = [f"{operation.id}: {operation.title}\n"]
    lines += [f"    {name}{' *' * bool(needed)}  {told}\n" for name, needed, told in _parameters(operation)]
    return "".join(lines)


def _markdown(operation: Operation) -> str:
    rows = "".join(f"| `{name}` | {needed} | {told} |\n" for name, needed, told in _parameters(operation))
    told = [f"Twice is once: {_IDEMPOTENCY[operation.idempotency]}."]
    if operation.undo:
        told.append(f"Taken back by `{operation.undo}`.")
    if operation.refs:
        told.append(f"Tells {', '.join(f'`{ref}`' for ref in operation.refs)}.")
    table = f"| parameter | | meaning |\n|---|---|---|\n{rows}" if rows else "It has no parameters.\n"
    return f"### {operation.id}\n\n{operation.title}. {' '.join(told)}\n\n{table}"
