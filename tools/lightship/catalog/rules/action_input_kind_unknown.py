"""An input of an action refers to a kind that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds import KINDS
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.ERROR
WHY = "The form cannot offer the entries to choose from, and nothing checks the choice."
FIX = "Use one of the kinds of the catalog as `x-kind`."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
inputs: { type: object, properties: { where: { type: string, x-kind: enviroment } } }
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
inputs: { type: object, properties: { where: { type: string, x-kind: environment } } }
steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """`x-kind` of a property that is not a kind."""
    for action in catalog.actions.values():
        properties = action.inputs.get("properties")
        for name, schema in properties.items() if isinstance(properties, dict) else ():
            kind = schema.get("x-kind") if isinstance(schema, dict) else None
            if kind is not None and kind not in KINDS:
                hint = did_you_mean(str(kind), KINDS) or f"kinds: {', '.join(KINDS)}"
                keys = ("inputs", "properties", name, "x-kind")
                yield Problem(action.path, keys, f"'{kind}' is not a kind", hint)
