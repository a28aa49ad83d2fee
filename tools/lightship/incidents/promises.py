"""What was promised for incidents and when it falls due: post-mortems, follow-ups, updates, somebody to lead. Pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from lightship.catalog.settings import Settings
from lightship.finding import Finding, Severity
from lightship.incidents import postmortem
from lightship.incidents.deadlines import follow_up_due, local_day, update_due
from lightship.incidents.incident import Incident
from lightship.plain import plural, span

KINDS = ("update", "commander", "postmortem", "follow-up")


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that an incident asks of somebody by a day (in the portal's zone); `late` once the day is over.

    An update has its moment too, and is late when that has passed. `who`: a person's id, or '' for nobody yet.
    """

    kind: str
    day: date
    late: bool
    who: str
    text: str
    incident: str
    services: tuple[str, ...]
    at: datetime | None = None
    subject: str = ""


def promises(
    incidents: Iterable[Incident], settings: Settings, now: datetime, merged: Container[str] = ()
) -> tuple[Promise, ...]:
    """What is promised and not kept yet, the earliest first; `merged`: paths of post-mortems on the main branch."""
    found = (promise for incident in incidents for promise in _of(incident, settings, now, merged))
    return tuple(
        sorted(found, key=lambda each: (each.day, KINDS.index(each.kind), each.incident, each.subject))
    )


def _of(incident: Incident, settings: Settings, now: datetime, merged: Container[str]) -> Iterator[Promise]:
    if not (incident.duplicate_of or incident.merged_into):
        yield from _leading(incident, settings, now)
        yield from _writing(incident, settings, now, merged)
    yield from _working(incident, settings, now)


def _leading(incident: Incident, settings: Settings, now: datetime) -> Iterator[Promise]:
    """The next update, and who leads, of an incident that is still hurting."""
    commander, where = incident.holder("commander"), (incident.id, incident.services)
    if (due := update_due(incident, settings)) is not None:
        late = due < now
        text = f"the next update of {incident.severity} “{incident.title}” {'was' if late else 'is'} due"
        yield Promise("update", local_day(due, settings), late, commander, text, *where, due)
    asked = settings.severities.of(incident.severity).commander and not incident.source
    if asked and incident.is_open and not commander:
        since = incident.declared_at
        text = f"nobody leads {incident.severity} “{incident.title}”"
        yield Promise("commander", local_day(since, settings), True, "", text, *where, since)


def _writing(
    incident: Incident, settings: Settings, now: datetime, merged: Container[str]
) -> Iterator[Promise]:
    known = postmortem.standing(incident, settings, now, merged)
    if known is not None and known.due is not None and known.state != "published":
        drafted = "the draft is to be published" if incident.postmortem_drafted_at else "it is to be drafted"
        text = f"post-mortem of “{incident.title}”: {drafted}"
        who = next((held.person for held in reversed(incident.roles) if held.role == "commander"), "")
        yield Promise("postmortem", known.due, known.late, who, text, incident.id, incident.services)


def _working(incident: Incident, settings: Settings, now: datetime) -> Iterator[Promise]:
    today = local_day(now, settings)
    for each in incident.follow_ups:
        if each.state == "open":
            due = follow_up_due(each, incident, settings)
            where = (incident.id, incident.services)
            yield Promise("follow-up", due, due < today, each.owner, each.title, *where, None, each.id)


def findings(kept: Iterable[Promise], now: datetime, journal: str) -> tuple[Finding, ...]:
    """A warning for each that is late. `journal` is the branch, the place of what lies in no file."""
    return tuple(_FINDINGS[promise.kind](promise, now, journal) for promise in kept if promise.late)


def _late_postmortem(promise: Promise, now: datetime, journal: str) -> Finding:
    message = f"{promise.text}; it was due on {promise.day}, {_days(promise, now)} ago"
    fix = f"merge it as this file; `lightship postmortem draft {promise.incident}` begins it where nobody has"
    return Finding("postmortem-overdue", Severity.WARNING, postmortem.path(promise.incident), message, fix)


def _late_follow_up(promise: Promise, now: datetime, journal: str) -> Finding:
    who = f" for {promise.who}" if promise.who else ", and nobody owns it"
    message = f"'{promise.text}' was due on {promise.day}{who}, {_days(promise, now)} ago"
    fix = (
        f"`lightship incident follow-up {promise.incident}` says that it is done, dropped, or has another day"
    )
    return Finding("follow-up-overdue", Severity.WARNING, _place(promise, journal), message, fix)


def _late_update(promise: Promise, now: datetime, journal: str) -> Finding:
    ago = f" {span(now - promise.at)} ago" if promise.at else ""
    fix = f"`lightship incident update {promise.incident} TEXT`, also where there is nothing new"
    return Finding("update-overdue", Severity.WARNING, _place(promise, journal), f"{promise.text}{ago}", fix)


def _no_commander(promise: Promise, now: datetime, journal: str) -> Finding:
    since = f" for {span(now - promise.at)}" if promise.at else ""
    fix = f"`lightship incident update {promise.incident} --role commander=PERSON`"
    return Finding(
        "commander-missing", Severity.WARNING, _place(promise, journal), f"{promise.text}{since}", fix
    )


_FINDINGS: dict[str, Callable[[Promise, datetime, str], Finding]] = {
    "update": _late_update,
    "commander": _no_commander,
    "postmortem": _late_postmortem,
    "follow-up": _late_follow_up,
}


def _place(promise: Promise, journal: str) -> str:
    return f"{journal}:{promise.incident}"


def _days(promise: Promise, now: datetime) -> str:
    return plural((now.date() - promise.day).days or 1, "day")
