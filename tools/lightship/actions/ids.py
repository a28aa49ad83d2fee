"""The ids of requests: `req-` and, in lower case, a ULID of the moment at which it was asked for. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ulid import ULID

_ID = re.compile(r"req-([0-7][0-9a-hjkmnp-tv-z]{25})")


def made_at(id: str) -> datetime | None:
    """The moment that the id of a request holds, in UTC; None where it is no such id."""
    found = _ID.fullmatch(id)
    try:
        return None if found is None else ULID.from_str(found[1].upper()).datetime.astimezone(UTC)
    except ValueError:  # a year that no calendar has
        return None
