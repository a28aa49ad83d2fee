"""Events make an incident: pure, total, and the same for every order in which they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from lightship.incidents import clashes, events
from lightship.incidents.corrected import corrected
from lightship.incidents.events import Event
from lightship.incidents.incident import (
    STATES,
    FollowUp,
    Graded,
    Held,
    Incident,
    Milestone,
    Moved,
    RunbookUse,
)
from lightship.journal.entry import Entry

_STATE_AT = {
    "acknowledged": "investigating",
    "mitigated": "mitigated",
    "resolved": "resolved",
    "closed": "closed",
}
_BEFORE_OVER = ("declared", "investigating", "identified")
_OVER = ("mitigated", "resolved", "closed")


def fold(entries: Iterable[Entry]) -> Incident | None:
    """The incident that `entries` of one subject make, in whatever order they come; None where nobody declared it.

    An entry counts once; what this version cannot read counts for nothing. The declaration comes first, the rest in the
    order of their ids, which is that of recording.
    """
    once = {entry.id: entry for entry in entries}
    known = [(entry, event) for _, entry in sorted(once.items()) if (event := events.read(entry)) is not None]
    # The declaration goes first even where clocks disagree.
    known.sort(key=lambda item: not isinstance(item[1], events.Declared))
    if not known or not isinstance(known[0][1], events.Declared):
        return None
    incident = _declared(known[0][0], known[0][1])
    for entry, event in known[1:]:
        if clash := clashes.clash(incident, entry, event):
            incident = incident.but(flags=(*incident.flags, clash))
        incident = _happened(incident, entry, event)
    return incident.but(flags=(*incident.flags, *clashes.disorder(incident)))


def _happened(incident: Incident, entry: Entry, event: Event) -> Incident:
    at = getattr(event, "at", None) or entry.recorded_at
    apply = _APPLY.get(type(event))
    return apply(incident, entry, event, at) if apply is not None else incident


def _declared(entry: Entry, event: events.Declared) -> Incident:
    source = "import" if event.source else "event"
    who, at = entry.by.label, event.at or entry.recorded_at

    def milestone(moment: datetime) -> Milestone:
        return Milestone(moment, entry.recorded_at, who, source, event.reason or "")

    stones = {"impact_started": event.impact_started, "detected": event.detected, "declared": at}
    incident = Incident(
        entry.subject,
        title=event.title,
        severity=event.severity,
        type=event.type,
        drill=event.drill,
        services=event.services,
        labels=event.labels,
        symptom=event.symptom or "",
        declared_by=who,
        verified=entry.by.verified,
        milestones={name: milestone(moment) for name, moment in stones.items() if moment is not None},
        roles=(Held("commander", event.commander, at),) if event.commander else (),
        severities=(Graded(event.severity, at, who),),
        source=event.source.model_dump(exclude_none=True) if event.source else None,
    )
    return _told(incident, entry, event, at, event.symptom or "", (f"declared {event.severity}",))


def _reach(incident: Incident, name: str, entry: Entry, at: datetime, reason: str | None) -> Incident:
    """Set a milestone the first time, and move on to its state where that lies ahead."""
    stones = dict(incident.milestones)
    source = "import" if incident.source and entry.by.via == "import" else "event"
    stones.setdefault(name, Milestone(at, entry.recorded_at, entry.by.label, source, reason or ""))
    state = _STATE_AT[name]
    ahead = STATES.index(state) > STATES.index(incident.state)
    return incident.but(milestones=stones, state=state if ahead else incident.state)


def _briefed(incident: Incident, entry: Entry, event: events.Briefed, at: datetime) -> Incident:
    return incident.but(brief=incident.brief or event.brief)


def _acknowledged(incident: Incident, entry: Entry, event: events.Acknowledged, at: datetime) -> Incident:
    incident = _reach(incident, "acknowledged", entry, at, event.reason)
    return _told(incident, entry, event, at, event.text or "", ("acknowledged",))


def _mitigated(incident: Incident, entry: Entry, event: events.Mitigated, at: datetime) -> Incident:
    incident = _reach(incident, "mitigated", entry, at, event.reason)
    return _told(incident, entry, event, at, event.text or "", ("mitigated",), event.public)


def _resolved(incident: Incident, entry: Entry, event: events.Resolved, at: datetime) -> Incident:
    incident = _reach(incident, "resolved", entry, at, event.reason)
    incident = incident.but(fix=event.text or incident.fix, cause=event.cause or incident.cause)
    changes = ("resolved", *((f"caused by {event.cause}",) if event.cause else ()))
    return _told(incident, entry, event, at, event.text or "", changes, event.public)


def _updated(incident: Incident, entry: Entry, event: events.Updated, at: datetime) -> Incident:
    changes: list[str] = []
    if event.severity and event.severity != incident.severity:
        changes.append(f"{incident.severity} → {event.severity}")
        graded = (*incident.severities, Graded(event.severity, at, entry.by.label))
        incident = incident.but(severity=event.severity, severities=graded)
    for role, person in event.roles.items():
        incident = incident.but(roles=_held(incident.roles, role, person, at))
        changes.append(f"{role}: {person or 'nobody'}")
    for name in ("bridge", "channel"):
        if value := getattr(event, name):
            incident = incident.but(**{name: value})
            changes.append(f"{name}: {value}")
    if more := tuple(id for id in dict.fromkeys(event.services) if id not in incident.services):
        incident = incident.but(services=(*incident.services, *more))
        changes.append(f"also hit: {', '.join(more)}")
    if event.suspect:
        incident = incident.but(suspects=tuple(dict.fromkeys((*incident.suspects, event.suspect))))
        changes.append(f"suspected: {event.suspect}")
    if event.status:
        incident = _moved_on(incident, entry, event, at, changes)
    return _told(incident, entry, event, at, event.text or "", tuple(changes), event.public)


def _moved_on(
    incident: Incident, entry: Entry, event: events.Updated, at: datetime, changes: list[str]
) -> Incident:
    """The status that news carry; one that lies behind changes nothing."""
    status = event.status or ""
    if status in _STATE_AT:
        changes.append(status)
        return _reach(incident, status, entry, at, event.reason)
    if incident.state not in _BEFORE_OVER or incident.state == status:
        return incident
    changes.append(status)
    return incident.but(state=status)


def _held(roles: tuple[Held, ...], role: str, person: str, at: datetime) -> tuple[Held, ...]:
    if any(held.role == role and held.until is None and held.person == person for held in roles):
        return roles
    ended = tuple(
        replace(held, until=at) if held.role == role and held.until is None else held for held in roles
    )
    return (*ended, Held(role, person, at)) if person else ended


def _followed_up(incident: Incident, entry: Entry, event: events.FollowedUp, at: datetime) -> Incident:
    before = next((known for known in incident.follow_ups if known.id == event.id), None)
    now = FollowUp(
        id=event.id,
        title=event.title or (before.title if before else event.id),
        owner=event.owner or (before.owner if before else ""),
        due=event.due or (before.due if before else None),
        state=event.state,
        opened_at=before.opened_at if before else at,
        done_at=at if event.state != "open" else None,
        url=event.url or (before.url if before else ""),
    )
    kept = tuple(now if known.id == event.id else known for known in incident.follow_ups)
    incident = incident.but(follow_ups=kept if before else (*kept, now))
    word = "follow-up" if not before else f"follow-up {event.state}"
    return _told(incident, entry, event, at, event.reason or "", (f"{word}: {now.title}",))


def _corrected(incident: Incident, entry: Entry, event: events.Corrected, at: datetime) -> Incident:
    # What is corrected happened at another time; that it is corrected, happens when it is recorded.
    incident, changes = corrected(incident, entry, event)
    return _told(incident, entry, event, entry.recorded_at, event.reason, changes)


def _helped(incident: Incident, entry: Entry, event: events.Helped, at: datetime) -> Incident:
    use = RunbookUse(event.runbook, event.helped, event.content_hash, entry.by.label, at, event.note or "")
    incident = incident.but(runbooks=(*incident.runbooks, use))
    text = f"runbook {event.runbook} {'helped' if event.helped else 'did not help'}"
    return _told(incident, entry, event, at, event.note or "", (text,))


def _closed(incident: Incident, entry: Entry, event: events.Closed, at: datetime) -> Incident:
    incident = _reach(incident, "closed", entry, at, event.reason)
    incident = incident.but(
        closed_reason=event.reason,
        duplicate_of=event.duplicate_of or incident.duplicate_of,
        merged_into=event.merged_into or incident.merged_into,
    )
    other = event.duplicate_of or event.merged_into
    word = "duplicate of" if event.duplicate_of else "merged into"
    return _told(incident, entry, event, at, event.reason, (f"{word} {other}" if other else "closed",))


def _reopened(incident: Incident, entry: Entry, event: events.Reopened, at: datetime) -> Incident:
    stones = {name: stone for name, stone in incident.milestones.items() if name not in _OVER}
    incident = incident.but(
        milestones=stones,
        state="investigating",
        reopened=incident.reopened + 1,
        duplicate_of="",
        merged_into="",
        closed_reason="",
    )
    return _told(incident, entry, event, at, event.reason, ("reopened",))


def _drafted(incident: Incident, entry: Entry, event: events.PostmortemDrafted, at: datetime) -> Incident:
    first = incident.postmortem_drafted_at or at
    incident = incident.but(postmortem_drafted_at=first, postmortem_path=event.path)
    return _told(incident, entry, event, at, "", (f"post-mortem drafted: {event.path}",))


def _published(incident: Incident, entry: Entry, event: events.PostmortemPublished, at: datetime) -> Incident:
    first = incident.postmortem_published_at or at
    incident = incident.but(postmortem_published_at=first, postmortem_path=event.path)
    return _told(incident, entry, event, at, "", (f"post-mortem published: {event.path}",))


def _told(
    incident: Incident,
    entry: Entry,
    event: Event,
    at: datetime,
    text: str,
    changes: tuple[str, ...] = (),
    public: bool = False,
) -> Incident:
    line = Moved(
        entry.id, at, entry.recorded_at, entry.by.label, entry.by.verified, event.what, text, changes, public
    )
    return incident.but(timeline=(*incident.timeline, line))


_APPLY: dict[type[Event], Callable[[Incident, Entry, Any, datetime], Incident]] = {
    events.Briefed: _briefed,
    events.Acknowledged: _acknowledged,
    events.Updated: _updated,
    events.Mitigated: _mitigated,
    events.Resolved: _resolved,
    events.FollowedUp: _followed_up,
    events.Corrected: _corrected,
    events.Helped: _helped,
    events.Closed: _closed,
    events.Reopened: _reopened,
    events.PostmortemDrafted: _drafted,
    events.PostmortemPublished: _published,
}
