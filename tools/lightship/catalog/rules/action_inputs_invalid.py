"""The inputs of an action are not a JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Nothing that is filled in can be checked, so nothing can be asked for."
FIX = "Correct the schema; `type: object` with `properties` is where most begin."
BAD = """\
# actions/restart.yaml
category: remediation
policy: owner
inputs: { type: objekt }
steps: [{ id: restart, uses: argocd.restart }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
policy: owner
inputs: { type: object }
steps: [{ id: restart, uses: argocd.restart }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Inputs that JSON Schema 2020-12 refuses; the deepest fault of each."""
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
