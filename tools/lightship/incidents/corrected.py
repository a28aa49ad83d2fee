"""What a correction does to an incident, in words that keep both the old and the new. Pure."""

from __future__ import annotations

from datetime import datetime

from lightship.incidents import events
from lightship.incidents.incident import STATES, Incident, Milestone
from lightship.journal.entry import Entry

# A milestone that an incident has not reached is not corrected into being; `resolve` and its like reach it.
_SINCE = {"mitigated": "mitigated", "resolved": "resolved", "closed": "closed"}
_NEEDED = ("declared", *_SINCE)


def applies(incident: Incident, event: events.Corrected) -> bool:
    """Whether the milestone that `event` corrects was reached; one that need not be is corrected into being."""
    if event.at is None:
        return event.milestone not in _NEEDED
    since = _SINCE.get(event.milestone or "")
    return since is None or STATES.index(incident.state) >= STATES.index(since)


def corrected(incident: Incident, entry: Entry, event: events.Corrected) -> tuple[Incident, tuple[str, ...]]:
    """The incident as corrected, and what changed."""
    changes: list[str] = []
    if event.milestone and applies(incident, event):
        incident = _moved(incident, entry, event, changes)
    for name in ("title", "type", "drill", "services", "cause"):
        value = getattr(event, name)
        if value is not None:
            changes.append(f"{name}: {_said(getattr(incident, name))} → {_said(value)}")
            incident = incident.but(**{name: value})
    return incident, tuple(changes)


def _moved(incident: Incident, entry: Entry, event: events.Corrected, changes: list[str]) -> Incident:
    name = event.milestone or ""
    stones = dict(incident.milestones)
    before = stones.pop(name, None)
    if event.at is not None:
        stones[name] = Milestone(event.at, entry.recorded_at, entry.by.label, "correction", event.reason)
    old, new = (_clock(before.at if before else None), _clock(event.at))
    changes.append(f"{name}: {old} → {new}")
    return incident.but(milestones=stones)


def _clock(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S %Z}"


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none"
