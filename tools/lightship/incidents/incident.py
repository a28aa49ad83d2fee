"""An incident is the fold of its events: pure, total, and the same for every order in which the events come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from lightship.incidents import events
from lightship.incidents.events import Event
from lightship.journal.entry import Entry

OPEN = ("declared", "investigating", "identified", "mitigated")
STATES = (*OPEN, "resolved", "closed")
_REACHED = {
    "acknowledged": "investigating",
    "mitigated": "mitigated",
    "resolved": "resolved",
    "closed": "closed",
}


@dataclass(frozen=True, slots=True)
class Milestone:
    """When something was (`at`), and when and by whom that was recorded. `source`: event, correction or import."""

    at: datetime
    recorded_at: datetime
    by: str
    source: str = "event"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A role held by a person's id from `since` until `until`; open where None."""

    role: str
    person: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """A severity from `since` on."""

    severity: str
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the timeline: `what` is the event's, `text` what was said, `changes` what else changed, in words."""

    id: str
    at: datetime
    recorded_at: datetime
    by: str
    verified: bool
    what: str
    text: str = ""
    changes: tuple[str, ...] = ()
    public: bool = False

    @property
    def is_update(self) -> bool:
        """Whether it tells somebody something: what the cadence of updates counts."""
        return self.what in ("acknowledged", "updated", "mitigated", "resolved") and bool(
            self.text or self.changes
        )


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Work left behind. `state`: open, done or dropped; `done_at` is when it left open."""

    id: str
    title: str
    owner: str
    due: date | None
    state: str
    opened_at: datetime
    done_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class RunbookUse:
    """Whether a runbook helped, in the wording that `content_hash` stands for."""

    runbook: str
    helped: bool
    content_hash: str
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Incident:
    """An incident as its events left it. `flags` say what two clones did that does not go together."""

    id: str
    title: str = ""
    severity: str = "SEV3"
    state: str = "declared"
    type: str = "incident"
    drill: bool = False
    services: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    symptom: str = ""
    declared_by: str = ""
    verified: bool = True
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    roles: tuple[Held, ...] = ()
    severities: tuple[Graded, ...] = ()
    timeline: tuple[Moved, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    runbooks: tuple[RunbookUse, ...] = ()
    suspects: tuple[str, ...] = ()
    cause: str = ""
    fix: str = ""
    bridge: str = ""
    channel: str = ""
    duplicate_of: str = ""
    merged_into: str = ""
    closed_reason: str = ""
    source: Mapping[str, str] | None = None
    reopened: int = 0
    brief: Mapping[str, Any] | None = None
    postmortem_drafted_at: datetime | None = None
    postmortem_published_at: datetime | None = None
    postmortem_path: str = ""
    flags: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still works on it."""
        return self.state in OPEN

    @property
    def counts(self) -> bool:
        """Whether metrics count it: no drill, no duplicate, no part of another, and an incident at all."""
        return self.type == "incident" and not (self.drill or self.duplicate_of or self.merged_into)

    @property
    def declared_at(self) -> datetime:
        """When it was declared."""
        return self.milestones["declared"].at

    @property
    def began_at(self) -> datetime:
        """When it began to hurt, as far as that is known: impact, else detection, else declaration."""
        for name in ("impact_started", "detected"):
            if name in self.milestones:
                return self.milestones[name].at
        return self.declared_at

    @property
    def updates(self) -> tuple[Moved, ...]:
        """What told somebody something, in order."""
        return tuple(moved for moved in self.timeline if moved.is_update)

    def holder(self, role: str) -> str:
        """The id of who holds `role` now; '' for nobody."""
        return next((held.person for held in self.roles if held.role == role and held.until is None), "")


def fold(entries: Iterable[Entry]) -> Incident | None:
    """The incident that `entries` of one subject make, in whatever order they come; None where nobody declared it.

    An entry counts once. The declaration comes first, the rest in the order of their ids, which is that of recording.
    """
    once = {entry.id: entry for entry in entries}
    known = [(entry, event) for _, entry in sorted(once.items()) if (event := events.read(entry)) is not None]
    # The declaration goes first even where clocks disagree.
    known.sort(key=lambda item: not isinstance(item[1], events.Declared))
    if not known or not isinstance(known[0][1], events.Declared):
        return None
    incident = Incident(known[0][0].subject)
    for number, (entry, event) in enumerate(known):
        if number and isinstance(event, events.Declared):
            incident = replace(
                incident, flags=(*incident.flags, f"declared a second time by {entry.by.label}")
            )
            continue
        incident = _apply(incident, entry, event)
    return incident


def _apply(incident: Incident, entry: Entry, event: Event) -> Incident:
    at = getattr(event, "at", None) or entry.recorded_at
    if isinstance(event, events.Declared):
        return _declared(incident, entry, event, at)
    incident = _flagged(incident, entry, event)
    if isinstance(event, events.Briefed):
        return replace(incident, brief=incident.brief or event.brief)
    if isinstance(event, events.Acknowledged):
        incident = _reach(incident, "acknowledged", entry, at, event.reason)
        return _told(incident, entry, event, at, event.text or "", ("acknowledged",))
    if isinstance(event, events.Updated):
        return _updated(incident, entry, event, at)
    if isinstance(event, events.Mitigated):
        incident = _reach(incident, "mitigated", entry, at, event.reason)
        return _told(incident, entry, event, at, event.text or "", ("mitigated",), event.public)
    if isinstance(event, events.Resolved):
        incident = _reach(incident, "resolved", entry, at, event.reason)
        incident = replace(incident, fix=event.text or incident.fix, cause=event.cause or incident.cause)
        changes = ("resolved", *((f"caused by {event.cause}",) if event.cause else ()))
        return _told(incident, entry, event, at, event.text or "", changes, event.public)
    if isinstance(event, events.FollowedUp):
        return _followed_up(incident, entry, event, at)
    if isinstance(event, events.Corrected):
        return _corrected(incident, entry, event)
    if isinstance(event, events.Helped):
        use = RunbookUse(
            event.runbook, event.helped, event.content_hash, entry.by.label, at, event.note or ""
        )
        text = f"runbook {event.runbook} {'helped' if event.helped else 'did not help'}"
        return _told(
            replace(incident, runbooks=(*incident.runbooks, use)), entry, event, at, event.note or "", (text,)
        )
    if isinstance(event, events.Closed):
        return _closed(incident, entry, event, at)
    if isinstance(event, events.Reopened):
        return _reopened(incident, entry, event, at)
    if isinstance(event, events.PostmortemDrafted):
        incident = replace(
            incident, postmortem_drafted_at=incident.postmortem_drafted_at or at, postmortem_path=event.path
        )
        return _told(incident, entry, event, at, "", (f"post-mortem drafted: {event.path}",))
    if isinstance(event, events.PostmortemPublished):
        incident = replace(
            incident,
            postmortem_published_at=incident.postmortem_published_at or at,
            postmortem_path=event.path,
        )
        return _told(incident, entry, event, at, "", (f"post-mortem published: {event.path}",))
    return incident


def _flagged(incident: Incident, entry: Entry, event: Event) -> Incident:
    """What one clone did after another had ended the incident without knowing of it."""
    late = isinstance(event, events.Acknowledged | events.Mitigated | events.Resolved | events.Closed)
    reached = {"mitigated": ("mitigated",), "resolved": ("resolved",), "closed": ("closed",)}.get(
        event.what, ()
    )
    before = incident.milestones.get(event.what)
    if late and (incident.state == "closed" or (before and reached)):
        who = (
            before.by
            if before
            else incident.milestones["closed"].by
            if "closed" in incident.milestones
            else "?"
        )
        word = f"{event.what} by {entry.by.label} after {event.what if before else incident.state} by {who}"
        return replace(incident, flags=(*incident.flags, word))
    return incident


def _declared(incident: Incident, entry: Entry, event: events.Declared, at: datetime) -> Incident:
    source = "import" if event.source else "event"
    who = entry.by.label

    def milestone(moment: datetime) -> Milestone:
        return Milestone(moment, entry.recorded_at, who, source, event.reason or "")

    stones = {"impact_started": event.impact_started, "detected": event.detected, "declared": at}
    roles = (Held("commander", event.commander, at),) if event.commander else ()
    incident = replace(
        incident,
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
        roles=roles,
        severities=(Graded(event.severity, at, who),),
        source=event.source.model_dump(exclude_none=True) if event.source else None,
    )
    return _told(incident, entry, event, at, event.symptom or "", (f"declared {event.severity}",))


def _reach(incident: Incident, name: str, entry: Entry, at: datetime, reason: str | None) -> Incident:
    """Set a milestone the first time, and move on to its state where that lies ahead."""
    stones = dict(incident.milestones)
    source = "import" if incident.source and entry.by.via == "import" else "event"
    stones.setdefault(name, Milestone(at, entry.recorded_at, entry.by.label, source, reason or ""))
    state = _REACHED[name]
    ahead = STATES.index(state) > STATES.index(incident.state)
    return replace(incident, milestones=stones, state=state if ahead else incident.state)


def _updated(incident: Incident, entry: Entry, event: events.Updated, at: datetime) -> Incident:
    changes: list[str] = []
    if event.severity and event.severity != incident.severity:
        changes.append(f"{incident.severity} → {event.severity}")
        graded = (*incident.severities, Graded(event.severity, at, entry.by.label))
        incident = replace(incident, severity=event.severity, severities=graded)
    for role, person in event.roles.items():
        incident = replace(incident, roles=_held(incident.roles, role, person, at))
        changes.append(f"{role}: {person or 'nobody'}")
    for name in ("bridge", "channel"):
        if value := getattr(event, name):
            incident = replace(incident, **{name: value})
            changes.append(f"{name}: {value}")
    if more := tuple(id for id in event.services if id not in incident.services):
        incident = replace(incident, services=(*incident.services, *more))
        changes.append(f"also hit: {', '.join(more)}")
    if event.suspect:
        incident = replace(incident, suspects=tuple(dict.fromkeys((*incident.suspects, event.suspect))))
        changes.append(f"suspected: {event.suspect}")
    if event.status in ("mitigated", "resolved"):
        incident = _reach(incident, event.status, entry, at, event.reason)
        changes.append(event.status)
    elif event.status and incident.state in ("declared", "investigating", "identified"):
        if incident.state != event.status:
            changes.append(event.status)
        incident = replace(incident, state=event.status)
    return _told(incident, entry, event, at, event.text or "", tuple(changes), event.public)


def _held(roles: tuple[Held, ...], role: str, person: str, at: datetime) -> tuple[Held, ...]:
    if any(held.role == role and held.until is None and held.person == person for held in roles):
        return roles
    ended = tuple(
        replace(held, until=at) if held.role == role and held.until is None else held for held in roles
    )
    return (*ended, Held(role, person, at)) if person else ended


def _followed_up(incident: Incident, entry: Entry, event: events.FollowedUp, at: datetime) -> Incident:
    before = next((known for known in incident.follow_ups if known.id == event.id), None)
    over = event.state != "open"
    now = FollowUp(
        id=event.id,
        title=event.title or (before.title if before else event.id),
        owner=event.owner or (before.owner if before else ""),
        due=event.due or (before.due if before else None),
        state=event.state,
        opened_at=before.opened_at if before else at,
        done_at=at if over else None,
        url=event.url or (before.url if before else ""),
    )
    kept = tuple(now if known.id == event.id else known for known in incident.follow_ups)
    incident = replace(incident, follow_ups=kept if before else (*kept, now))
    word = "follow-up" if not before else f"follow-up {event.state}"
    return _told(incident, entry, event, at, event.reason or "", (f"{word}: {now.title}",))


def _corrected(incident: Incident, entry: Entry, event: events.Corrected) -> Incident:
    changes = []
    if event.milestone:
        stones = dict(incident.milestones)
        if event.at is None:
            stones.pop(event.milestone, None)
            changes.append(f"{event.milestone}: never")
        else:
            stones[event.milestone] = Milestone(
                event.at, entry.recorded_at, entry.by.label, "correction", event.reason
            )
            changes.append(f"{event.milestone}: {event.at:%Y-%m-%d %H:%M %Z}")
        # There is no incident without a declaration.
        if "declared" in stones:
            incident = replace(incident, milestones=stones)
    for name in ("title", "type", "drill", "services", "cause"):
        value = getattr(event, name)
        if value is not None:
            changes.append(f"{name}: {', '.join(value) if isinstance(value, tuple) else value}")
            incident = replace(incident, **{name: value})
    return _told(incident, entry, event, entry.recorded_at, event.reason, tuple(changes))


def _closed(incident: Incident, entry: Entry, event: events.Closed, at: datetime) -> Incident:
    incident = _reach(incident, "closed", entry, at, event.reason)
    incident = replace(
        incident,
        closed_reason=event.reason,
        duplicate_of=event.duplicate_of or incident.duplicate_of,
        merged_into=event.merged_into or incident.merged_into,
    )
    other = event.duplicate_of or event.merged_into
    word = "duplicate of" if event.duplicate_of else "merged into"
    return _told(incident, entry, event, at, event.reason, (f"{word} {other}" if other else "closed",))


def _reopened(incident: Incident, entry: Entry, event: events.Reopened, at: datetime) -> Incident:
    over = ("mitigated", "resolved", "closed")
    stones = {name: stone for name, stone in incident.milestones.items() if name not in over}
    incident = replace(
        incident,
        milestones=stones,
        state="investigating",
        reopened=incident.reopened + 1,
        duplicate_of="",
        merged_into="",
        closed_reason="",
    )
    return _told(incident, entry, event, at, event.reason, ("reopened",))


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
    return replace(incident, timeline=(*incident.timeline, line))
