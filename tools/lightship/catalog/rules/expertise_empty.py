"""An expertise names neither a topic nor a service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "It says that somebody knows something well, and not what."
FIX = "Add `topic` or `service`."
BAD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
expertise: [{ level: expert }]
"""
GOOD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
expertise: [{ topic: Kafka, level: expert }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Entries of `expertise` without topic and service."""
    for person in catalog.people.values():
        for at, known in enumerate(person.expertise):
            if known.topic is None and known.service is None:
                message = "the expertise names neither a topic nor a service"
                yield Problem(person.path, ("expertise", at), message, "add `topic` or `service`")
