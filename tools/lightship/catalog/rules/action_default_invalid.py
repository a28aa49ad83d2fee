"""The default of an input is not what the input may be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.inputs import unfit
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds import KINDS
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.ERROR
WHY = "Who leaves it as it is, is refused for something they did not write."
FIX = "Correct the default, or the schema."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
inputs: { type: object, properties: { pods: { type: integer, minimum: 1, default: 0 } } }
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
inputs: { type: object, properties: { pods: { type: integer, minimum: 1, default: 1 } } }
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """`default` that its own schema refuses or that is no id of its kind; `default` and `x-default` at once."""
    for action in catalog.actions.values():
        for name, schema in action.properties.items():
            if "default" not in schema:
                continue
            keys = ("inputs", "properties", name, "default")
            value, kind = schema["default"], schema.get("x-kind")
            for _, message in unfit(schema, value):
                yield Problem(action.path, keys, f"{name}: {message}", "correct it")
            if kind in KINDS and isinstance(value, str) and value not in catalog.entities[kind]:
                hint = did_you_mean(value, catalog.entities[kind]) or "name one that is there"
                yield Problem(action.path, keys, f"'{value}' is not the id of a {kind}", hint)
            if "x-default" in schema:
                yield Problem(action.path, keys, f"{name} has two defaults", "leave `x-default` or `default`")
