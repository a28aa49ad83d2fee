"""Somebody is their own delegate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A delegate decides while the person is away; one who is away too decides nothing."
FIX = "Name somebody else, or nobody."
BAD = """\
# catalog/people/ada.yaml
name: Ada Example
email: ada@example.com
delegate: ada
"""
GOOD = """\
# catalog/people/ada.yaml
name: Ada Example
email: ada@example.com
delegate: ben
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """People whose delegate is themselves."""
    for person in catalog.people.values():
        if person.delegate == person.id:
            message = f"'{person.id}' is their own delegate"
            yield Problem(person.path, ("delegate",), message, "name somebody else")
