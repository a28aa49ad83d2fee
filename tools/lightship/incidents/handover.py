"""What the next person has to know when a schedule is handed over, as data that is printed. Pure.

Moments are UTC, ISO 8601. What cannot be told is named under `unknown`, with what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.schedule import EscalationLevel
from lightship.catalog.kinds.service import Service
from lightship.facts.records import Alert, Change, Observed
from lightship.incidents.acceptance import acceptance
from lightship.incidents.book import Book
from lightship.incidents.deadlines import follow_up_due, local_day
from lightship.incidents.incident import Incident
from lightship.journal.entry import stamp
from lightship.oncall.handovers import HandOver, Watch, nearest
from lightship.oncall.pager import Resolved, resolved
from lightship.oncall.shifts import gaps

_AHEAD = timedelta(days=14)  # how far gaps and endings are told where nobody comes next
_MOST = 50


def handover(catalog: Catalog, book: Book, observed: Observed, schedule: str, at: datetime) -> dict[str, Any]:
    """What is handed over with `schedule` (an id of the catalog's) nearest to `at`; every key is always there."""
    return at_handover(catalog, book, observed, schedule, near(catalog, observed, schedule, at), at)


def near(catalog: Catalog, observed: Observed, schedule: str, at: datetime) -> HandOver | None:
    """The hand-over of `schedule` nearest to `at`; None where nobody is known of."""
    return nearest(resolved(catalog.schedules[schedule], observed, at), catalog.people, at)


def at_handover(
    catalog: Catalog, book: Book, observed: Observed, schedule: str, found: HandOver | None, now: datetime
) -> dict[str, Any]:
    """The same for the hand-over `found`, one of `oncall.handovers`, seen from `now`; None where none is known."""
    it = catalog.schedules[schedule]
    rota = resolved(it, observed, now)
    services = _services(catalog, schedule)
    outgoing, incoming = (found.outgoing, found.incoming) if found else (None, None)
    moment = found.at if found else now
    since = outgoing.start if outgoing else moment - _AHEAD
    until = incoming.end if incoming else moment + _AHEAD
    incidents = _incidents(book, services)
    mine = set(services)
    changes = [change for change in observed.changes if mine & set(change.services)]
    return {
        "schedule": {"id": schedule, "title": it.label, "timezone": it.timezone, "source": rota.source},
        "as_of": stamp(now),
        "at": stamp(moment) if found else None,
        "from": _person(catalog, outgoing),
        "to": _person(catalog, incoming),
        "services": list(services),
        "open_incidents": [_incident(each) for each in _open(incidents)],
        "happened": {
            "incidents": [_incident(each) for each in incidents if since <= each.declared_at < moment][
                :_MOST
            ],
            "alerts": [_alert(each) for each in _fired(observed.alerts, mine, since, min(moment, now))],
            "changes": [_change(each) for each in _done(changes, since, min(moment, now))],
        },
        "ending": {"grants": [], "waivers": _waivers(catalog, mine, moment, until)},
        "planned": [
            _change(each) for each in changes if each.status == "planned" and moment <= each.at < until
        ][:_MOST],
        "follow_ups": _follow_ups(catalog, incidents, until, now),
        "gaps": _gaps(catalog, rota, max(moment, now), until),
        "accepted": _accepted(book, schedule, found),
        "unknown": list(_unknown(rota, found, observed, services)),
    }


def _services(catalog: Catalog, schedule: str) -> tuple[str, ...]:
    """Those that it is on call for; where none names it, those that escalate to it, by themselves or by their schedule."""
    running = {id: each for id, each in catalog.services.items() if each.lifecycle != "retired"}
    first = tuple(id for id, each in running.items() if each.schedule == schedule)
    if first:
        return first
    return tuple(
        id
        for id, each in running.items()
        if any(step.schedule == schedule for step in _escalation(catalog, each))
    )


def _escalation(catalog: Catalog, service: Service) -> tuple[EscalationLevel, ...]:
    known = catalog.schedules.get(service.schedule or "")
    return service.escalation or (known.escalation if known else ())


def _person(catalog: Catalog, watch: Watch | None) -> dict[str, Any] | None:
    if watch is None:
        return None
    person = catalog.people.get(watch.person)
    return {
        "person": watch.person,
        "name": person.label if person else watch.person,
        "phone": (person.phone if person else None) or "",
        "since": stamp(watch.start),
        "until": stamp(watch.end),
    }


def _incidents(book: Book, services: tuple[str, ...]) -> list[Incident]:
    """Those of the services, the latest first; each once."""
    found = {incident.id: incident for id in services for incident in book.by_service.get(id, ())}
    return sorted(found.values(), key=lambda each: (each.declared_at, each.id), reverse=True)


def _open(incidents: Iterable[Incident]) -> list[Incident]:
    return sorted(
        (each for each in incidents if each.is_open), key=lambda each: (each.severity, each.began_at, each.id)
    )


def _incident(incident: Incident) -> dict[str, Any]:
    resolved_at = incident.milestones.get("resolved")
    return {
        "id": incident.id,
        "title": incident.title,
        "severity": incident.severity,
        "state": incident.state,
        "drill": incident.drill,
        "services": list(incident.services),
        "at": stamp(incident.declared_at),
        "resolved_at": stamp(resolved_at.at) if resolved_at else None,
        "commander": incident.holder("commander"),
        "last": incident.updates[-1].text if incident.updates else "",
        "fix": incident.fix,
    }


def _fired(alerts: Iterable[Alert], services: set[str], since: datetime, until: datetime) -> list[Alert]:
    """The latest first."""
    found = [each for each in alerts if since <= each.at < until and services & set(each.services)]
    return found[::-1][:_MOST]


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "name": alert.name,
        "services": list(alert.services),
        "severity": alert.severity,
        "at": stamp(alert.at),
        "ended_at": stamp(alert.ended_at) if alert.ended_at else None,
        "source": alert.source,
        "url": alert.url or "",
    }


def _done(changes: Iterable[Change], since: datetime, until: datetime) -> list[Change]:
    """The latest first."""
    found = [each for each in changes if each.status != "planned" and since <= each.at < until]
    return found[::-1][:_MOST]


def _change(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "kind": change.kind,
        "title": change.title,
        "status": change.status,
        "services": list(change.services),
        "at": stamp(change.at),
        "author": change.author or "",
        "source": change.source,
        "url": change.url or "",
    }


def _waivers(catalog: Catalog, services: set[str], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Those that end while the next person has it; the soonest first."""
    first, last = start.astimezone(UTC).date(), end.astimezone(UTC).date()
    found = [
        each
        for each in catalog.waivers.values()
        if each.service in services and first <= each.expires_at <= last
    ]
    return [
        {
            "id": each.id,
            "service": each.service,
            "scorecard": each.scorecard,
            "rule": each.rule,
            "last_day": each.expires_at.isoformat(),
            "reason": each.reason,
        }
        for each in sorted(found, key=lambda each: (each.expires_at, each.id))
    ]


def _follow_ups(
    catalog: Catalog, incidents: Iterable[Incident], until: datetime, now: datetime
) -> list[dict[str, Any]]:
    """Open ones that are due by the end of the next watch, or were; the longest due first."""
    settings = catalog.settings
    last, today = local_day(until, settings), local_day(now, settings)
    found = [
        (due, incident, each)
        for incident in incidents
        for each in incident.follow_ups
        if each.state == "open" and (due := follow_up_due(each, incident, settings)) <= last
    ]
    return [
        {
            "incident": incident.id,
            "id": each.id,
            "title": each.title,
            "owner": each.owner,
            "due": due.isoformat(),
            "overdue": due < today,
            "url": each.url,
        }
        for due, incident, each in sorted(found, key=lambda item: (item[0], item[1].id, item[2].id))
    ]


def _gaps(catalog: Catalog, rota: Resolved, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """When nobody is on call though somebody should be, while the next person has it."""
    left = rota.departures(catalog.people)
    found = gaps(rota.schedule, *rota.within(start, end), leaving=left) if start < end else ()
    return [{"start": stamp(gap.start), "end": stamp(gap.end), "person": gap.person or ""} for gap in found]


def _accepted(book: Book, schedule: str, found: HandOver | None) -> dict[str, Any] | None:
    entry = acceptance(book, schedule, found)
    if entry is None:
        return None
    note = entry.data.get("note", "")
    return {
        "at": stamp(entry.recorded_at),
        "person": entry.by.label,
        "verified": entry.by.verified,
        "note": note,
    }


def _unknown(
    rota: Resolved, found: HandOver | None, observed: Observed, services: tuple[str, ...]
) -> Iterable[str]:
    if not rota.known:
        yield f"who hands over to whom is {rota.why}"
    elif found is None:
        yield f"nobody is on call by this schedule: add people to the layers of {rota.schedule.path}"
    elif found.incoming is None:
        yield f"nobody takes over in the next nine weeks: add people to {rota.schedule.path}"
    if not services:
        yield f"no service names this schedule: one does with `schedule: {rota.schedule.id}`"
    if not observed.changes:
        yield "no changes are recorded: `lightship record change` takes them from a pipeline"
    if not observed.alerts:
        yield "no alerts are recorded: `lightship record alert` takes them from monitoring"
