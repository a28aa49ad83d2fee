"""The inputs of an action are not a JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Keys, Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Nothing that is filled in can be checked, so nothing can be asked for."
FIX = "Correct the schema; `type: object` with `properties` is where most begin."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
inputs: { type: objekt }
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
inputs: { type: object }
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Inputs that JSON Schema 2020-12 refuses (the deepest fault of each), that are no object, or that refer elsewhere."""
    for action in catalog.actions.values():
        if not action.inputs:
            continue
        # Imported where it is needed: it takes longer than all other rules together.
        from jsonschema import Draft202012Validator, SchemaError

        try:
            Draft202012Validator.check_schema(action.inputs)
        except SchemaError as error:
            message = f"not a JSON Schema: {error.message[:200]}"
            keys = ("inputs", *error.absolute_path)
            yield Problem(action.path, keys, message, "see the JSON Schema reference, draft 2020-12")
            continue
        if action.inputs.get("type", "object") != "object":
            yield Problem(
                action.path, ("inputs", "type"), "what is asked for has names", "write `type: object`"
            )
        for keys in _references(action.inputs, ("inputs",)):
            yield Problem(action.path, keys, "a schema that refers to another", "write it out in its place")


def _references(value: Any, keys: Keys) -> Iterator[Keys]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("$ref", "$dynamicRef") and isinstance(inner, str):
                yield (*keys, key)
            yield from _references(inner, (*keys, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _references(inner, (*keys, at))
