"""A hand-over is accepted by the person who takes over, and that is an entry of the journal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lightship.catalog.catalog import Catalog
from lightship.incidents.book import Book
from lightship.journal.entry import Entry, stamp
from lightship.oncall.handovers import HandOver

KIND = "handover.accepted"
"""The kind of the journal's entry; its subject is the schedule, its data `{from, to, at, person, note?}`."""

EARLY = timedelta(hours=24)  # how long before the moment it may be accepted


def acceptance(book: Book, schedule: str, found: HandOver | None) -> Entry | None:
    """The entry by which the person who takes over accepted `found`; None where nobody did."""
    if found is None or found.incoming is None:
        return None
    wanted = (stamp(found.at), found.incoming.person)
    entries = (each for each in book.records.get(KIND, ()) if each.subject == schedule)
    return next((each for each in entries if (each.data.get("at"), each.data.get("to")) == wanted), None)


def refusal(catalog: Catalog, schedule: str, found: HandOver | None, person: str, now: datetime) -> str:
    """Why `person` ('' for somebody unverified) may not accept `found` at `now`, with what to do; '' where they may."""
    it = catalog.schedules[schedule]
    if found is None or found.incoming is None:
        return f"nobody is known to take over '{schedule}', so there is nothing to accept; see `lightship oncall {schedule}`"
    taker = found.incoming.person
    if taker not in catalog.people:
        return f"'{schedule}' is handed over to {taker}, whom the catalog does not know; add them to catalog/people first"
    if person != taker:
        remedy = (
            f"where it is somebody else in truth, add an override to {it.path}"
            if it.source == "rotations"
            else "ask them"
        )
        return f"'{schedule}' is handed over to {taker} at {stamp(found.at)}, and only they accept it (--as {taker}); {remedy}"
    if now < found.at - EARLY:
        return f"'{schedule}' is handed over at {stamp(found.at)}; it can be accepted from {stamp(found.at - EARLY)} on"
    return ""


def data(found: HandOver, note: str) -> Mapping[str, Any]:
    """The data of the entry by which `found` is accepted. `found` has to have an incoming watch."""
    assert found.incoming is not None
    held = {
        "from": found.outgoing.person if found.outgoing else "",
        "to": found.incoming.person,
        "at": stamp(found.at),
        "person": found.incoming.person,
    }
    return {**held, "note": note} if note else held
