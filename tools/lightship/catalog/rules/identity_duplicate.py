"""Two people have the same address, login or key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import gone
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.person import Person
from lightship.catalog.rules import Keys, Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "An approval, a page or a signature of one would count as the other's."
FIX = "Correct one of them; if both are the same person, keep one file."
BAD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ADA@example.com
"""
GOOD = """\
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
"""

_FIELDS = ("email", "github", "slack", "pagerduty")


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Values, whatever their case, that two people share; a warning where one of them is gone."""
    seen: dict[tuple[str, str], str] = {}
    for person in catalog.people.values():
        for keys, field, value in _identities(person):
            first = seen.setdefault((field, value), person.id)
            if first != person.id:
                left = gone(catalog, first, now) or gone(catalog, person.id, now)
                severity = Severity.WARNING if left else None
                message = f"{field} is also that of '{first}'"
                yield Problem(person.path, keys, message, "correct one of them", severity=severity)


def _identities(person: Person) -> Iterator[tuple[Keys, str, str]]:
    for field in _FIELDS:
        value = getattr(person, field)
        if value is not None:
            yield (field,), field, str(value).casefold().lstrip("@")
    if person.github_id is not None:
        yield ("github_id",), "github id", str(person.github_id)
    for at, id in enumerate(person.github_ids):
        yield ("github_ids", at), "github id", str(id)
    for at, key in enumerate(person.ssh_signing_keys):
        yield ("ssh_signing_keys", at), "ssh signing key", " ".join(key.split()[:2])
