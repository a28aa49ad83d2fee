"""A text of an action looks at an input that nobody is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.templates import astray, written
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "There would be nothing where a name or a number belongs, so the step could never be done."
FIX = "Correct the name, or add it to the `properties` of `inputs`; a default sees only the inputs above it."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
inputs: { type: object, properties: { application: { type: string } } }
steps: [{ id: restart, uses: argocd.restart_application, with: { application: "{{ inputs.aplication }}" } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
inputs: { type: object, properties: { application: { type: string } } }
steps: [{ id: restart, uses: argocd.restart_application, with: { application: "{{ inputs.application }}" } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """`inputs.NAME` in templates, where the schema has no such property."""
    for action in catalog.actions.values():
        for template in written(action):
            for path, _, fix in astray(action, template):
                if path[0] == "inputs" and template.place != "trigger":
                    name = path[1] if len(path) > 1 else "inputs"
                    yield Problem(action.path, template.keys, f"'{name}' is not an input of this action", fix)
