"""What a brief cannot say, and what would let it: a sentence for everything that is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from lightship.incidents.incident import Incident
from lightship.incidents.known import RECENT, Known
from lightship.oncall.current import duty, escalation
from lightship.oncall.pager import resolved
from lightship.plain import span

_QUIET = timedelta(
    days=3
)  # without any change for longer, the records are more likely to be missing than the changes


def unknown(
    incident: Incident | None,
    services: Sequence[str],
    on_call: Sequence[dict[str, Any]],
    known: Known,
    now: datetime,
) -> list[str]:
    """The most important first."""
    return [
        *_of_incident(incident),
        *(text for id in services for text in _of_service(id, known)),
        *(text for row in on_call for text in _of_on_call(row, known, now)),
        *_of_changes(services, known, now),
        *_of_alerts(known, now),
    ]


def _of_incident(incident: Incident | None) -> Iterator[str]:
    if incident is None:
        return
    if not incident.services:
        yield f"no service is named: `lightship incident update {incident.id} --service ID` when it is known"
    if incident.labels:
        names = ", ".join(incident.labels)
        yield f"{names}: no service of the catalog; add catalog/services/<id>.yaml, or name the service that it is"
    if "impact_started" not in incident.milestones:
        known = "detected" if "detected" in incident.milestones else "declared"
        yield (
            f"when the impact began is not recorded, so changes are ranked from when it was {known}: "
            f"`lightship incident correct {incident.id} --milestone impact_started --at TIME --reason TEXT`"
        )


def _of_service(id: str, known: Known) -> Iterator[str]:
    catalog = known.catalog
    path = f"catalog/services/{id}.yaml"
    service = catalog.services.get(id)
    if service is None:
        broken = ("service", id) in catalog.unreadable
        why = f"{path} is not valid: `lightship validate` says why" if broken else f"there is no {path}"
        yield f"nothing is known of {id}: {why}"
        return
    if service.owner not in catalog.teams:
        yield f"the owner of {id}, '{service.owner}', is no team that can be read: see catalog/teams/"
    if not service.schedule:
        yield f"nobody is on call for {id}: name a schedule in {path}"
    elif service.schedule not in catalog.schedules:
        yield f"who is on call for {id}: its schedule '{service.schedule}' cannot be read: `lightship validate` says why"
    if not service.runbooks:
        yield f"no runbook for {id}: name one in {path}"


def _of_on_call(row: dict[str, Any], known: Known, now: datetime) -> Iterator[str]:
    catalog = known.catalog
    schedule = catalog.schedules[row["schedule"]]
    if not row["known"]:
        yield f"who is on call for {row['service']}: {resolved(schedule, known.observed, now).why}"
    elif row["person"] is None:
        service = catalog.services[row["service"]]
        levels = (*service.escalation, *schedule.escalation)
        called = {each.schedule for each in levels if each.schedule in catalog.schedules}
        duties = {id: duty(catalog, known.observed, id, now) for id in called if id}
        steps = escalation(catalog, duties, service, schedule)
        who = next((catalog.people[step.person].label for step in steps if step.person in catalog.people), "")
        call = f"call {who}, who is next in the escalation" if who else "its team's lead is the one to call"
        yield f"nobody is on call for {row['service']} now: {call}"


def _of_changes(services: Sequence[str], known: Known, now: datetime) -> Iterator[str]:
    past = [change for change in known.observed.changes if change.at <= now and change.status != "planned"]
    remedy = "`lightship record change`"
    recent = [change for change in past if now - change.at <= RECENT]
    if not recent:
        yield f"no change is recorded in the last {span(RECENT)}: {remedy}"
        return
    if now - recent[-1].at > _QUIET:
        yield f"no change of any service is recorded since {span(now - recent[-1].at)}: {remedy}"
    changed = {id for change in recent for id in change.services}
    for id in services:
        if id in known.catalog.services and id not in changed:
            yield f"no change of {id} is recorded in the last {span(RECENT)}: {remedy}"


def _of_alerts(known: Known, now: datetime) -> Iterator[str]:
    if not any(now - RECENT <= alert.at <= now for alert in known.observed.alerts):
        yield f"no alert is recorded in the last {span(RECENT)}: `lightship record alert`"
