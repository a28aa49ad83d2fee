"""What the public may know, by an allow-list: this view is all that the templates of the status page get. Pure.

An incident is in it once somebody told the public of it (`update --public`), and never a drill. Of the incident it takes
when, which public services, how far it is, and the texts that were told to the public. Its title is made here.
A service is public where it has `integrations.statuspage`; only its name is, and that of its system.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lightship.catalog.catalog import Catalog
from lightship.incidents.incident import Incident

DAYS = 90
"""How many days the bars of a service show."""
_KEPT = timedelta(days=365)
_NAMED = 3  # services that a title names
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_REACHED = {
    "declared": "investigating",
    "investigating": "investigating",
    "identified": "identified",
    "mitigated": "monitoring",
    "resolved": "resolved",
    "closed": "resolved",
    "reopened": "investigating",
}
_LEAD = {"incident": "Problems with", "maintenance": "Maintenance of", "notice": "Notice about"}
_WORST = ("unknown", "operational", "maintenance", "recovering", "problem")


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """What was told, and how far it was then: investigating, identified, monitoring, resolved, or scheduled."""

    at: datetime
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class PublicIncident:
    """`sort` is incident, maintenance or notice; `services` are names; `updates` come newest first."""

    id: str
    title: str
    sort: str
    state: str
    services: tuple[str, ...]
    began_at: datetime
    ended_at: datetime | None
    updates: tuple[PublicUpdate, ...]


@dataclass(frozen=True, slots=True)
class PublicService:
    """`state` is operational, maintenance, recovering or problem; `days` are the last 90 of them, the oldest first."""

    name: str
    state: str
    days: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class PublicGroup:
    """Services of one system; `name` is '' for those that belong to none."""

    name: str
    services: tuple[PublicService, ...]


@dataclass(frozen=True, slots=True)
class PublicView:
    """The whole status page. `past` are over, the latest first; days and clocks are those of `zone`."""

    title: str
    description: str
    url: str
    support: str
    zone: str
    now: datetime
    groups: tuple[PublicGroup, ...]
    open: tuple[PublicIncident, ...]
    scheduled: tuple[PublicIncident, ...]
    past: tuple[PublicIncident, ...]


def told_the_public(incident: Incident) -> bool:
    """Whether the public was told of it; a drill is never public."""
    return not incident.drill and any(moved.public for moved in incident.timeline)


def public_view(
    catalog: Catalog, incidents: Iterable[Incident], since: datetime | None, now: datetime
) -> PublicView:
    """What the public may know at `now`. `incidents` are whole; `since` is when records begin, None where there are none."""
    settings = catalog.settings
    page = settings.status_page
    title = page.title or settings.name
    shown = _without_parts(
        [
            each
            for each in incidents
            if told_the_public(each) and (each.is_open or each.declared_at > now - _KEPT)
        ]
    )
    services = {
        id: service
        for id, service in catalog.services.items()
        if service.integrations.statuspage and service.lifecycle != "retired"
    }
    # Old incidents know a renamed service by its old id.
    ids = {known: id for id, service in services.items() for known in (*service.formerly, id)}
    names = {known: _plain(services[id].label) for known, id in ids.items()}
    public = [_incident(each, names, title, now) for each in shown]
    hits: dict[str, list[PublicIncident]] = {id: [] for id in services}
    for each, made in zip(shown, public, strict=True):
        for id in {ids[known] for known in each.services if known in ids}:
            hits[id].append(made)
    return PublicView(
        title=title,
        description=page.description or "",
        url=page.url or "",
        support=page.support or "",
        zone=settings.timezone,
        now=now,
        groups=_groups(catalog, hits, since, now),
        open=_newest(each for each in public if each.ended_at is None and each.state != "scheduled"),
        scheduled=_newest(each for each in public if each.state == "scheduled")[::-1],
        past=_newest(each for each in public if each.ended_at is not None),
    )


def _without_parts(incidents: Sequence[Incident]) -> list[Incident]:
    """Without duplicates and parts of incidents that are shown themselves."""
    shown = {each.id for each in incidents}
    return [each for each in incidents if not shown & {each.duplicate_of, each.merged_into}]


def _newest(incidents: Iterable[PublicIncident]) -> tuple[PublicIncident, ...]:
    return tuple(sorted(incidents, key=lambda each: (each.began_at, each.id), reverse=True))


def _plain(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _incident(incident: Incident, names: Mapping[str, str], page: str, now: datetime) -> PublicIncident:
    services = tuple(dict.fromkeys(names[id] for id in incident.services if id in names))
    state = _REACHED.get(incident.state, "investigating")
    stones = incident.milestones
    over = stones.get("resolved") or stones.get("closed") if state == "resolved" else None
    sort = incident.type if incident.type in _LEAD else "incident"
    if sort == "maintenance" and over is None and incident.began_at > now:
        state = "scheduled"
    return PublicIncident(
        id=hashlib.blake2b(f"status\0{incident.id}".encode(), digest_size=5).hexdigest(),
        title=f"{_LEAD[sort]} {_listed(services) or page}",
        sort=sort,
        state=state,
        services=services,
        began_at=incident.began_at,
        ended_at=over.at if over else None,
        updates=_updates(incident),
    )


def _updates(incident: Incident) -> tuple[PublicUpdate, ...]:
    found, state = [], "investigating"
    for moved in incident.timeline:
        for word in (moved.what, *moved.changes):
            state = _REACHED.get(word, state)
        if moved.public:
            ahead = incident.type == "maintenance" and moved.at < incident.began_at
            found.append(PublicUpdate(moved.at, "scheduled" if ahead else state, _plain(moved.text)))
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _listed(names: Sequence[str]) -> str:
    """'Cart', 'Cart and Checkout', 'Cart, Checkout, Payment and 2 more'."""
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def _groups(
    catalog: Catalog,
    hits: Mapping[str, Sequence[PublicIncident]],
    since: datetime | None,
    now: datetime,
) -> tuple[PublicGroup, ...]:
    zone = ZoneInfo(catalog.settings.timezone)
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=DAYS - 1 - at) for at in range(DAYS)]
    first = since.astimezone(zone).date() if since else None
    found: dict[str, list[PublicService]] = {}
    for id, hit in hits.items():
        service = catalog.services[id]
        system = catalog.systems.get(service.system or "")
        state = max((_of(each) for each in hit if _runs(each)), key=_WORST.index, default="operational")
        shown = PublicService(_plain(service.label), state, _days(days, hit, first, now, zone))
        found.setdefault(_plain(system.label) if system else "", []).append(shown)
    # Those of no system come last.
    order = sorted(found, key=lambda name: (not name, name.lower()))
    return tuple(
        PublicGroup(name, tuple(sorted(found[name], key=lambda each: each.name.lower()))) for name in order
    )


def _runs(incident: PublicIncident) -> bool:
    return incident.ended_at is None and incident.state != "scheduled"


def _of(incident: PublicIncident) -> str:
    """What an incident makes of a service."""
    if incident.sort == "notice":
        return "operational"
    if incident.sort == "maintenance":
        return "maintenance"
    return "recovering" if incident.state == "monitoring" else "problem"


def _days(
    days: Sequence[date],
    hits: Iterable[PublicIncident],
    first: date | None,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[tuple[date, str], ...]:
    """What each day was; unknown before records begin."""
    states = {day: "operational" if first and day >= first else "unknown" for day in days}
    for each in hits:
        if each.state == "scheduled" or each.sort == "notice":
            continue
        kind = "maintenance" if each.sort == "maintenance" else "problem"
        begins, ends = (moment.astimezone(zone).date() for moment in (each.began_at, each.ended_at or now))
        for day in days:
            if begins <= day <= ends:
                states[day] = max(states[day], kind, key=_WORST.index)
    return tuple(states.items())
