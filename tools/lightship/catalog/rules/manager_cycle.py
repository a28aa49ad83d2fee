"""People report to each other, in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.cycles import arrows, cycles
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Approvals by a manager, and escalations upwards, would go round for ever."
FIX = "Take out one of the managers."
BAD = """\
# catalog/people/ada.yaml
name: Ada Example
email: ada@example.com
manager: ben
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
manager: ada
"""
GOOD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
manager: ada
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Each circle of `manager`, named once."""
    edges = {id: (person.manager,) if person.manager else () for id, person in catalog.people.items()}
    for cycle in cycles(edges):
        message = f"people report to each other: {arrows(cycle)}"
        yield Problem(catalog.people[cycle[0]].path, ("manager",), message, "take out one of the managers")
