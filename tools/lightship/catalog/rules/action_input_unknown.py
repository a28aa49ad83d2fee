"""A step of an action uses an input that nobody is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Keys, Problem
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.ERROR
WHY = "The text would hold nothing where a name or a number belongs."
FIX = "Correct the name, or add it to the `properties` of `inputs`."
BAD = """\
# actions/restart.yaml
category: remediation
policy: owner
inputs: { type: object, properties: { service: { type: string } } }
steps: [{ id: restart, uses: argocd.restart, with: { name: "{{ inputs.servce }}" } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
policy: owner
inputs: { type: object, properties: { service: { type: string } } }
steps: [{ id: restart, uses: argocd.restart, with: { name: "{{ inputs.service }}" } }]
"""

_INPUT = re.compile(r"\binputs\.([A-Za-z_]\w*)")


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """`inputs.NAME` in the parameters of steps, where the schema has no such property."""
    for action in catalog.actions.values():
        properties = action.inputs.get("properties")
        known = dict.fromkeys(properties) if isinstance(properties, dict) else {}
        for at, step in enumerate(action.steps):
            for keys, text in _texts(step.with_, ("steps", at, "with")):
                for name in dict.fromkeys(_INPUT.findall(text) if "{" in text else ()):
                    if name not in known:
                        hint = did_you_mean(name, known) or "add it to the `properties` of `inputs`"
                        yield Problem(action.path, keys, f"'{name}' is not an input of this action", hint)


def _texts(value: Any, keys: Keys) -> Iterator[tuple[Keys, str]]:
    if isinstance(value, str):
        yield keys, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*keys, key))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _texts(inner, (*keys, at))
