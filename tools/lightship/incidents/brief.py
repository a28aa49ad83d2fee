"""The brief: what somebody has to know in the first minutes, of an incident or of a service, as data that is printed. Pure.

Moments are UTC, ISO 8601. What is missing is named under `unknown`, with what to do about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lightship.facts.records import Alert
from lightship.incidents import around, correlate, experts, missing, remedies, similar
from lightship.incidents.around import Row
from lightship.incidents.incident import Incident
from lightship.incidents.known import Known, Subject, services_of, words_of
from lightship.incidents.trust import used
from lightship.journal.entry import stamp

# The least score of a change that people suspect, and of the one that they found.
_NAMED, _CONFIRMED = 0.9, 1.0
_SERIOUS = 0.2  # from where on a suspect says what kind of incident it is


def brief(subject: Subject, known: Known, now: datetime) -> dict[str, Any]:
    """What is known of `subject` at `now`, and of what lies around it; every key is always there."""
    incident = subject if isinstance(subject, Incident) else None
    services = services_of(subject)
    reach = around.blast_radius(services, known)
    needed = [row["service"] for row in reach["upstream"]]
    depending = [row["service"] for row in reach["downstream"] if row["critical"]]
    calls = around.on_call(services, known, now)
    alerts = around.open_alerts(services, needed, known.observed, now)
    opened = around.open_incidents(subject.id, services, known, now)
    suspects = _suspects(incident, services, known, now)
    names = experts.Names(known.catalog.people)
    helpful = _remedies(subject, services, needed, alerts, known, now)
    return {
        "subject": _subject(subject),
        "as_of": stamp(now),
        "services": list(services),
        "owner": around.owner(services, known.catalog),
        "on_call": calls,
        "frozen": around.frozen(services, known),
        "maintenance": around.maintenance(services, needed, known.observed),
        "open_incidents": opened,
        "blast_radius": reach,
        "alerts": [_alert(alert) for alert in alerts],
        "changes": [_change(suspect, names) for suspect in suspects],
        "similar": _similar(
            subject, services, helpful, suspects, [row["id"] for row in opened], alerts, known, now
        ),
        "experts": _experts(services, calls, known, now),
        "runbooks": [_runbook(each, known) for each in helpful],
        **around.promises(services, depending, known.catalog),
        "initiatives": around.initiatives(services, known.catalog, known.facts, now),
        "links": around.links(incident, services, known.catalog),
        "unknown": missing.unknown(incident, services, calls, known, now),
    }


def _subject(subject: Subject) -> Row:
    if isinstance(subject, Incident):
        return {
            "kind": "incident",
            "id": subject.id,
            "title": subject.title,
            "severity": subject.severity,
            "state": subject.state,
            "drill": subject.drill,
            "symptom": subject.symptom,
            "began_at": stamp(subject.began_at),
            "declared_at": stamp(subject.declared_at),
            "commander": subject.holder("commander") or None,
        }
    return {
        "kind": "service",
        "id": subject.id,
        "title": subject.label,
        "description": subject.description or "",
        "tier": subject.tier,
        "lifecycle": subject.lifecycle,
        "system": subject.system,
    }


def hit(incident: Incident | None, services: Sequence[str], now: datetime) -> correlate.Hit:
    """What changes are ranked for: the incident since it began, as far as that is known; a service as of now."""
    if incident is None:
        return correlate.Hit(tuple(services), now, "now")
    stones = incident.milestones
    since: correlate.Since = (
        "impact" if "impact_started" in stones else "detected" if "detected" in stones else "declared"
    )
    return correlate.Hit(tuple(services), min(incident.began_at, now), since)


def _suspects(
    incident: Incident | None, services: Sequence[str], known: Known, now: datetime
) -> list[correlate.Suspect]:
    catalog = known.catalog
    world = correlate.World(
        known.needs,
        {id: service.type for id, service in catalog.services.items()},
        {id: environment.stage for id, environment in catalog.environments.items()},
    )
    past = [change for change in known.observed.changes if change.at <= now]
    ranked = list(correlate.rank(hit(incident, services, now), past, world))
    if incident is None:
        return ranked
    marked = [_marked(suspect, incident) for suspect in ranked]
    return sorted(marked, key=lambda suspect: -suspect.score)


def _marked(suspect: correlate.Suspect, incident: Incident) -> correlate.Suspect:
    """People know better than a formula."""
    if suspect.change.id == incident.cause:
        return replace(suspect, score=_CONFIRMED, reason=f"found to be the cause: {suspect.reason}")
    if suspect.change.id in incident.suspects:
        score = max(_NAMED, suspect.score)
        return replace(suspect, score=score, reason=f"suspected by the responders: {suspect.reason}")
    return suspect


def _remedies(
    subject: Subject,
    services: Sequence[str],
    needed: Sequence[str],
    alerts: Sequence[Alert],
    known: Known,
    now: datetime,
) -> tuple[remedies.Remedy, ...]:
    described = (subject.title, subject.symptom) if isinstance(subject, Incident) else ()
    here = [alert for alert in alerts if set(alert.services).intersection(services)]
    told = [text for text in (*described, *(alert.text or "" for alert in here)) if text]
    return remedies.remedies(services, needed, told, alerts, known.catalog, used(known.incidents), now)


def _similar(
    subject: Subject,
    services: Sequence[str],
    helpful: Sequence[remedies.Remedy],
    suspects: Sequence[correlate.Suspect],
    opened: Sequence[str],
    alerts: Sequence[Alert],
    known: Known,
    now: datetime,
) -> list[Row]:
    incident = subject if isinstance(subject, Incident) else None
    same = (incident.duplicate_of, incident.merged_into) if incident else ()
    like = similar.Like(
        id=subject.id,
        services=tuple(services),
        severity=incident.severity if incident else "",
        words=words_of(subject),
        runbooks=tuple(each.runbook.id for each in helpful if each.score > 1.5),
        alerts=tuple(dict.fromkeys(alert.name for alert in alerts)),
        suspected=suspects[0].change.kind if suspects and suspects[0].score >= _SERIOUS else "",
        elsewhere=(*(id for id in same if id), *opened),
    )
    found = similar.similar(like, known.incidents, known.alike, known.needs, known.observed, now)
    return [
        {
            "id": each.incident.id,
            "title": each.incident.title,
            "severity": each.incident.severity,
            "state": each.incident.state,
            "services": list(each.incident.services),
            "at": stamp(each.incident.declared_at),
            "fix": each.incident.fix,
            "score": each.score,
            "reason": each.reason,
        }
        for each in found
    ]


def _experts(services: Sequence[str], calls: Sequence[Row], known: Known, now: datetime) -> list[Row]:
    on_call = {row["person"]: row["service"] for row in reversed(calls) if row["person"] and row["known"]}
    found = experts.experts(services, known.catalog, known.incidents, known.observed.changes, on_call, now)
    return [{"person": each.person, "name": each.name, "reason": each.reason} for each in found]


def _alert(alert: Alert) -> Row:
    return {
        "id": alert.id,
        "name": alert.name,
        "services": list(alert.services),
        "at": stamp(alert.at),
        "url": alert.url,
        "source": alert.source,
    }


def _change(suspect: correlate.Suspect, names: experts.Names) -> Row:
    change = suspect.change
    return {
        "id": change.id,
        "source": change.source,
        "kind": change.kind,
        "title": change.title,
        "at": stamp(change.at),
        "services": list(change.services),
        "author": names.of(change.author) or change.author,
        "purpose": change.reason,
        "score": suspect.score,
        "reason": suspect.reason,
        "url": change.url,
    }


def _runbook(remedy: remedies.Remedy, known: Known) -> Row:
    runbook = remedy.runbook
    return {
        "id": runbook.id,
        "name": runbook.label,
        "services": [id for id, service in known.catalog.services.items() if runbook.id in service.runbooks],
        "reason": remedy.reason,
        "trust": remedy.trust,
        "first_step": remedy.first_step,
    }
