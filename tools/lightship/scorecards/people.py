"""Who still works here."""

from __future__ import annotations

from datetime import date

from lightship.catalog.kinds.person import Person


def active(person: Person | None, day: date) -> bool:
    """Whether somebody is known and still works here on `day`."""
    return (
        person is not None and person.active and (person.active_until is None or person.active_until >= day)
    )
