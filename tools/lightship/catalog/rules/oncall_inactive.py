"""Somebody in a rotation does not work here any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import absent
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity
from lightship.oncall.people import mentions

SEVERITY = Severity.ERROR
WHY = "Their turns reach nobody."
FIX = "Take them out of the layer or the override."
BAD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
active: false
"""
GOOD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """People who are gone in layers and overrides that are not over. A last day that has passed is a warning."""
    named = (
        (schedule.path, mention.keys, "on call:", mention.person)
        for schedule in catalog.schedules.values()
        for mention in mentions(schedule, now)
        if mention.keys[0] != "escalation"
    )
    yield from absent(catalog, now, named, "take them out of the rotation", Severity.WARNING)
