"""A text of an action looks at something that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.templates import astray, written
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Nothing can be put in its place, so the step could never be done, nor the portal ask for it by itself."
FIX = "Correct the name; a step sees what earlier steps made as `steps.<id>.<ref>`."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: "{{ taget.id }}" } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: "{{ target.id }}" } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Names in templates that nothing offers there; inputs are for `action-input-unknown`."""
    for action in catalog.actions.values():
        for template in written(action):
            for path, message, fix in astray(action, template):
                if path[0] != "inputs" or template.place == "trigger":
                    yield Problem(action.path, template.keys, message, fix)
