"""The settings name a team that is not in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.dangling import a
from lightship.catalog.kinds.references import references
from lightship.catalog.rules import Problem
from lightship.catalog.settings import PATH as SETTINGS_PATH
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.ERROR
WHY = "Protected files would belong to nobody, and anybody could change them."
FIX = "Correct the team's id in lightship.yaml."
BAD = """\
# lightship.yaml
owners: { default: enginering }
"""
GOOD = """\
# lightship.yaml
owners: { default: engineering }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """References of the settings that lead nowhere."""
    for keys, kind, target in references(catalog.settings):
        if target not in catalog.entities[kind] and (kind, target) not in catalog.unreadable:
            hint = (
                did_you_mean(target, catalog.entities[kind])
                or f"describe it in catalog/{kind}s/{target}.yaml"
            )
            yield Problem(SETTINGS_PATH, keys, f"{keys[-1]} '{target}' is not {a(kind)}", hint)
