"""How to ask for an action: the command, and the file that GitHub is given for it. Pure."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from lightship.catalog.kinds.action import Action
from lightship.catalog.settings import Settings
from lightship.journal.entry import new_id

LIFE = timedelta(hours=24)


def command(action: Action) -> str:
    """The command, with words in capitals where something is to be filled in."""
    words = ["lightship", "request", "new", action.id]
    if action.target:
        words += ["--target", "SERVICE"]
    for name in _needed(action):
        words += ["--input", f"{name}={name.upper()}"]
    return " ".join((*map(shlex.quote, words), '--reason "WHY"', "--as YOU"))


def link(action: Action, settings: Settings, now: datetime) -> str:
    """GitHub's page for a new file, filled in; '' where the repository is not there.

    The id is of the moment, or it is refused a day later: a script makes a new one.
    """
    host = (settings.repository or "").rstrip("/")
    if not host.startswith("https://github.com/"):
        return ""
    id = f"req-{new_id(now, hashlib.sha256(action.id.encode()).digest()[:10]).lower()}"
    query = {"filename": f"actions/requests/{id}.yaml", "value": text(action, now)}
    return f"{host}/new/{settings.branches.main}?{urlencode(query)}"


def text(action: Action, now: datetime) -> str:
    """The file, with what is to be filled in."""
    lines = [f"action: {action.id}"]
    if action.target:
        lines.append("target: SERVICE")
    inputs = [*_inputs(action)]
    if inputs:
        lines += ["inputs:", *inputs]
    lines += [
        'reason: "WHY"',
        "requester: YOU",
        f"requested_at: {_stamp(now)}",
        f"not_after: {_stamp(now + LIFE)}",
    ]
    return "\n".join(lines) + "\n"


def said(schema: Mapping[str, Any]) -> str:
    """What may be filled in, in words: 'a service', '1 to 8', 'ReadOnly or Operator'."""
    if kind := schema.get("x-kind"):
        return f"{'an' if str(kind)[:1] in 'aeiou' else 'a'} {kind}"
    if choices := schema.get("enum"):
        return " or ".join(map(str, choices))
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None or high is not None:
        return f"{low if low is not None else 'any'} to {high if high is not None else 'any'}"
    long = f", {schema['maxLength']} characters at the most" if "maxLength" in schema else ""
    return f"{ {'string': 'text', 'integer': 'a whole number', 'boolean': 'yes or no'}.get(str(schema.get('type')), str(schema.get('type', 'anything'))) }{long}"


def default(schema: Mapping[str, Any]) -> str:
    """What it is where nothing is filled in; '' where it has no default."""
    if "default" in schema:
        return json.dumps(schema["default"], ensure_ascii=False).strip('"')
    return str(schema.get("x-default", ""))


def _needed(action: Action) -> Iterator[str]:
    """The inputs that have to be filled in."""
    for name in action.inputs.get("required", ()):
        schema = action.properties.get(str(name), {})
        if "default" not in schema and "x-default" not in schema:
            yield str(name)


def _inputs(action: Action) -> Iterator[str]:
    needed = set(_needed(action))
    for name, schema in action.properties.items():
        told = f"  # {' '.join(said(schema).split())}"
        if name in needed:
            yield f"  {name}: {json.dumps(name.upper())}{told}"
        elif "default" in schema:
            yield f"  {name}: {json.dumps(schema['default'], ensure_ascii=False)}{told}"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
