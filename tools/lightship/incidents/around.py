"""What a brief says of the services themselves: owner, on call, blast radius, alerts, promises, links. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from lightship.catalog.catalog import Catalog
from lightship.catalog.contacts import service_links
from lightship.facts.records import Alert, Observed
from lightship.facts.snapshot import Snapshot
from lightship.incidents.incident import Incident
from lightship.incidents.known import Known, neighbours
from lightship.incidents.reach import Tie, downstream, upstream
from lightship.journal.entry import stamp
from lightship.oncall.current import duty

UP, DOWN = 2, 3  # hops of the blast radius
_ALERTS_LAST = timedelta(days=7)  # an alert that is open for longer has lost its end
_MOST_ALERTS, _MOST_LINKS, _MOST_OPEN = 8, 12, 8
_SEGMENTS = ("strategic", "enterprise", "business", "consumer", "internal")
_IMPORTANCE = ("critical", "high", "medium", "low")

Row = dict[str, Any]


def owner(services: Sequence[str], catalog: Catalog) -> Row | None:
    """The team that answers for the first of `services` that has a known one."""
    for id in services:
        service = catalog.services.get(id)
        team = catalog.teams.get(service.owner) if service else None
        if team is not None:
            return {"team": team.id, "name": team.label, "lead": team.lead, "slack": team.slack}
    return None


def on_call(services: Sequence[str], known: Known, now: datetime) -> list[Row]:
    """A row a service with a schedule; `known` is false where nobody can say who is on call."""
    rows = []
    for id in services:
        service = known.catalog.services.get(id)
        schedule = known.catalog.schedules.get(service.schedule or "") if service else None
        if schedule is None:
            continue
        held = duty(known.catalog, known.observed, schedule.id, now)
        person = known.catalog.people.get(held.person)
        then = known.catalog.people.get(held.then)
        rows.append(
            {
                "service": id,
                "schedule": schedule.id,
                "person": held.person or None,
                "name": person.label if person else held.person or None,
                "phone": person.phone if person else None,
                "until": stamp(held.until) if held.until else None,
                "then": then.label if then else held.then or None,
                "known": held.known,
                "source": held.source,
            }
        )
    return rows


def frozen(services: Sequence[str], known: Known) -> list[Row]:
    """A row for each of `services` that nobody deploys just now; `until`: null where it holds until somebody ends it."""
    rows = []
    for id in services:
        held = known.observed.frozen.get(id)
        if held is not None:
            person = known.catalog.people.get(held.by)
            rows.append(
                {
                    "service": id,
                    "reason": held.reason,
                    "by": held.by or None,
                    "name": person.label if person else held.by or None,
                    "since": stamp(held.since),
                    "until": stamp(held.until) if held.until else None,
                }
            )
    return rows


def maintenance(services: Sequence[str], needed: Sequence[str], observed: Observed) -> list[Row]:
    """Maintenances that run: of the services, then of what they need; the last to begin first."""
    ranks = {**dict.fromkeys(needed, 1), **dict.fromkeys(services, 0)}
    found = [each for each in observed.maintenances if each.service in ranks]
    found.sort(key=lambda each: (ranks[each.service], -each.start.timestamp(), each.title))
    return [
        {
            "service": each.service,
            "title": each.title,
            "start": stamp(each.start),
            "end": stamp(each.end),
        }
        for each in found
    ]


def open_incidents(subject: str, services: Sequence[str], known: Known, now: datetime) -> list[Row]:
    """Others that somebody works on, on these services or next to them; all where no service is named."""
    near = {*services, *(id for service in services for id in neighbours(known.needs, service))}
    found = [
        incident
        for incident in known.incidents
        if incident.id != subject
        and not incident.drill
        and _was_open(incident, now)
        and (not services or near.intersection(incident.services))
    ]
    found.sort(key=lambda each: (not set(services).intersection(each.services), each.severity, each.id))
    return [
        {
            "id": each.id,
            "title": each.title,
            "severity": each.severity,
            "state": each.state,
            "services": list(each.services),
        }
        for each in found[:_MOST_OPEN]
    ]


def _was_open(incident: Incident, now: datetime) -> bool:
    over = [incident.milestones[name].at for name in ("resolved", "closed") if name in incident.milestones]
    return incident.declared_at <= now and (incident.is_open or bool(over and min(over) > now))


def blast_radius(services: Sequence[str], known: Known) -> dict[str, list[Row]]:
    """What the services need, and what needs them; each once, the nearest first."""
    return {
        "upstream": _ties(services, [upstream(known.needs, id, UP) for id in services]),
        "downstream": _ties(services, [downstream(known.needs, id, DOWN) for id in services]),
    }


def _ties(services: Sequence[str], reached: Sequence[Mapping[str, Tie]]) -> list[Row]:
    found: dict[str, Row] = {}
    for tie in (tie for ties in reached for tie in ties.values()):
        before = found.get(tie.service)
        hops = min(tie.hops, before["hops"]) if before else tie.hops
        critical = tie.critical or bool(before and before["critical"])
        if tie.service not in services:
            found[tie.service] = {"service": tie.service, "hops": hops, "critical": critical}
    return sorted(found.values(), key=lambda row: (row["hops"], not row["critical"], row["service"]))


def open_alerts(
    services: Sequence[str], needed: Sequence[str], observed: Observed, now: datetime
) -> list[Alert]:
    """Alerts that are open at `now`: on the services, then on what they need; the latest first."""
    ranks = {**dict.fromkeys(needed, 1), **dict.fromkeys(services, 0)}
    found = [
        (min(ranks[id] for id in alert.services if id in ranks), alert)
        for alert in observed.alerts
        if now - _ALERTS_LAST <= alert.at <= now
        and (alert.ended_at is None or alert.ended_at > now)
        and any(id in ranks for id in alert.services)
    ]
    found.sort(key=lambda item: (item[0], -item[1].at.timestamp(), item[1].id))
    return [alert for _, alert in found[:_MOST_ALERTS]]


def promises(services: Sequence[str], dependents: Sequence[str], catalog: Catalog) -> dict[str, list[Row]]:
    """SLOs of the services; customers and features that they, or what cannot do without them, are there for."""
    rows: dict[str, list[Row]] = {}
    rows["slos"] = [
        {"id": id, "name": catalog.slos[id].label, "objective": catalog.slos[id].objective}
        for id in _named(services, catalog, "slos")
        if id in catalog.slos
    ]
    rows["customers"] = [
        {
            "id": id,
            "name": catalog.customers[id].label,
            "segment": catalog.customers[id].segment,
            "through": through,
        }
        for id, through in _named((*services, *dependents), catalog, "customers", services).items()
        if id in catalog.customers
    ]
    rows["customers"].sort(key=lambda row: (bool(row["through"]), _SEGMENTS.index(row["segment"])))
    rows["features"] = [
        {
            "id": id,
            "name": catalog.features[id].label,
            "importance": catalog.features[id].importance,
            "through": through,
        }
        for id, through in _named((*services, *dependents), catalog, "features", services).items()
        if id in catalog.features
    ]
    rows["features"].sort(key=lambda row: (bool(row["through"]), _IMPORTANCE.index(row["importance"])))
    return rows


def _named(services: Sequence[str], catalog: Catalog, field: str, own: Sequence[str] = ()) -> dict[str, str]:
    """Ids that the services name under `field`, and the service through which, '' for one of `own`."""
    found: dict[str, str] = {}
    for id in services:
        if id in catalog.services:
            for named in getattr(catalog.services[id], field):
                found.setdefault(named, "" if id in own else id)
    return found


def initiatives(services: Sequence[str], catalog: Catalog, facts: Snapshot, now: datetime) -> list[Row]:
    """Active initiatives with one of the services in their scope."""
    # The language of scopes takes a while to import, and most services are in the scope of nothing.
    running = [each for each in catalog.initiatives.values() if each.status == "active"]
    held = [id for id in services if id in catalog.services and catalog.services[id].lifecycle != "retired"]
    if not running or not held:
        return []
    from lightship.scorecards.scope import scoped

    day = datetime.combine(now.date(), time(), now.tzinfo)
    inside = scoped(catalog, facts, day, held, [each.scope for each in running])
    return [
        {"id": each.id, "name": each.label, "due": each.due.isoformat()}
        for each in running
        if inside[each.scope]
    ]


def links(incident: Incident | None, services: Sequence[str], catalog: Catalog) -> list[Row]:
    """Where to look: the bridge, then the services' own dashboards, code and notes; each address once."""
    titles: dict[str, str] = {}
    for title, url in _links(incident, services, catalog):
        titles.setdefault(url, title)
    return [{"title": title, "url": url} for url, title in list(titles.items())[:_MOST_LINKS]]


def _links(incident: Incident | None, services: Sequence[str], catalog: Catalog) -> Iterator[tuple[str, str]]:
    if incident and incident.bridge.startswith("https://"):
        yield "Bridge", incident.bridge
    for id in services:
        service = catalog.services.get(id)
        for link in service_links(service) if service else ():
            if link.href:
                yield link.text if len(services) == 1 else f"{id}: {link.text}", link.href
