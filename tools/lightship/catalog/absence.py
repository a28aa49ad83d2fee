"""Who does not work here any more, and the places that still count on them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Keys, Problem
from lightship.finding import Severity


def gone(catalog: Catalog, person: str, now: datetime) -> str | None:
    """Why nobody can count on `person`, such as "left on 2026-05-31"; None where they are here, or unknown."""
    known = catalog.people.get(person)
    if known is None:
        return None
    if not known.active:
        return "is not active"
    if known.active_until is not None and known.active_until < now.date():
        return f"left on {known.active_until}"
    return None


def absent(
    catalog: Catalog,
    now: datetime,
    named: Iterable[tuple[str, Keys, str, str]],
    fix: str,
    lapsed: Severity | None = None,
) -> Iterator[Problem]:
    """A problem for each of `named` (path, keys, what they are there, person) who is gone.

    One whose last day has passed is of the severity `lapsed`: only time made it true.
    """
    for path, keys, what, person in named:
        why = gone(catalog, person, now)
        if why is not None:
            severity = lapsed if catalog.people[person].active else None
            yield Problem(path, keys, f"{what} '{person}' {why}", fix, severity=severity)
