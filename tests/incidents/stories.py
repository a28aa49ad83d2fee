"""Incidents made of the events that tests give them, through the engine itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from lightship.incidents import events, lifecycle
from lightship.incidents.events import Event
from lightship.incidents.fold import fold
from lightship.incidents.incident import Incident
from lightship.journal.entry import Actor, Entry

T = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
ID = "inc-20260302-abcd"
ADA = Actor("Ada Example", "ada", True)


def entries(*story: tuple[float, Event], id: str = ID, by: Actor = ADA) -> list[Entry]:
    """The entries of `story`: (minutes after T, event) each."""
    return [
        lifecycle.entry(
            id, event, by, T + timedelta(minutes=minutes), sha256(f"{id} {number}".encode()).digest()[:10]
        )
        for number, (minutes, event) in enumerate(story)
    ]


def told(*story: tuple[float, Event], id: str = ID, by: Actor = ADA) -> Incident:
    """The incident of `story`: (minutes after T, event) each."""
    incident = fold(entries(*story, id=id, by=by))
    assert incident is not None
    return incident


def declared(title: str = "Checkout fails", severity: str = "SEV2", **more: object) -> tuple[float, Event]:
    """The beginning of a story."""
    data = {"title": title, "severity": severity, "services": ("checkout",), **more}
    return 0, events.Declared.model_validate(data)
