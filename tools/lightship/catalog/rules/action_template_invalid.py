"""A text of an action is not a template that can be rendered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship import text
from lightship.actions.templates import written
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The step that it belongs to could never be done."
FIX = "Correct it: `{{ … }}` with names, a few filters and `if` is all there is; no loops and no calls."
BAD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: "{{ target.id }" } }]
"""
GOOD = """\
# actions/restart.yaml
category: remediation
target: service
policy: owner
steps: [{ id: restart, uses: argocd.restart_application, with: { application: "{{ target.id }}" } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Parameters, defaults, `expires` and triggers that are not of the language of `lightship.text`."""
    for action in catalog.actions.values():
        for template in written(action):
            try:
                text.names(template.text)
            except text.BadText as error:
                fix = "see the other actions for how it is written"
                yield Problem(action.path, template.keys, f"the text cannot be rendered: {error}", fix)
