"""Who can help: people who are on call, led or ended incidents, changed the services, or know them; with the reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.person import Person
from lightship.facts.records import Change
from lightship.incidents.incident import Incident
from lightship.plain import plural, relative
from lightship.scorecards.people import active

MOST = 6
_ON_CALL, _HALF = 1000.0, 90.0  # points; days after which an incident or a change counts half
_LEVELS = {"expert": 3.0, "proficient": 2.0, "familiar": 1.0}
_ENDED, _CHANGED, _LEADS, _MEMBER = 2.0, 1.0, 0.8, 0.3
_MOST_POINTS = 6.0  # for all incidents of a person, and for all changes: knowing beats counting


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody (a person's id) who can help, and why in one line."""

    person: str
    name: str
    reason: str


@dataclass
class _Standing:
    points: float = 0.0
    reasons: list[tuple[float, str]] = field(default_factory=list)

    def add(self, points: float, reason: str) -> None:
        self.points += points
        self.reasons.append((points, reason))


def experts(
    services: Sequence[str],
    catalog: Catalog,
    incidents: Iterable[Incident],
    changes: Iterable[Change],
    on_call: Mapping[str, str],
    now: datetime,
    most: int = MOST,
) -> tuple[Expert, ...]:
    """The best first, who is on call (person → for which service) before all others; nobody who has left.

    `changes` are those to the services that are known; drills count here: who ended one knows the way.
    """
    today = now.astimezone(UTC).date()
    told = (
        *((person, _ON_CALL, f"on call for {service}") for person, service in on_call.items()),
        *_from_incidents(services, incidents, now),
        *_from_changes(services, changes, Names(catalog.people), now),
        *_from_catalog(services, catalog),
    )
    standings: dict[str, _Standing] = {}
    for person, points, reason in told:
        standings.setdefault(person, _Standing()).add(points, reason)
    kept = [(id, known) for id, known in standings.items() if active(catalog.people.get(id), today)]
    kept.sort(key=lambda item: (-item[1].points, item[0]))
    return tuple(
        Expert(
            id,
            catalog.people[id].label,
            "; ".join(reason for _, reason in sorted(known.reasons, reverse=True)),
        )
        for id, known in kept[:most]
    )


class Names:
    """People by whatever other systems call them: id, login, address, chat name, full name."""

    def __init__(self, people: Mapping[str, Person]) -> None:
        self._known: dict[str, str] = {}
        for id, person in people.items():
            for name in (id, person.github, person.email, person.slack, person.pagerduty, person.name):
                if name:
                    self._known.setdefault(_bare(name), id)

    def of(self, name: str | None) -> str:
        """The id of who is called `name`; '' for nobody that is known."""
        return self._known.get(_bare(name), "") if name else ""


def _bare(name: str) -> str:
    return name.casefold().lstrip("@").strip()


def _weight(at: datetime, now: datetime) -> float:
    return 1 / (1 + max(0.0, (now - at).total_seconds() / 86400) / _HALF)


def _from_incidents(
    services: Sequence[str], incidents: Iterable[Incident], now: datetime
) -> Iterator[tuple[str, float, str]]:
    done: dict[str, dict[str, list[datetime]]] = {}
    for incident in incidents:
        if not any(id in services for id in incident.services) or incident.declared_at > now:
            continue
        stone = incident.milestones.get("resolved")
        ended = [(stone.by, "ended", stone.at)] if stone else []
        led = [(held.person, "led", held.since) for held in incident.roles if held.role == "commander"]
        for person, verb, at in (*ended, *led):
            if at <= now:
                done.setdefault(person, {}).setdefault(verb, []).append(at)
    for person, verbs in done.items():
        points = sum(_ENDED * _weight(at, now) for times in verbs.values() for at in times)
        counts = [f"{verb} {plural(len(times), 'incident')} here" for verb, times in sorted(verbs.items())]
        last = max(at for times in verbs.values() for at in times)
        word = f"{' and '.join(counts)}, the last {relative(last, now)}"
        yield person, min(points, _MOST_POINTS), word


def _from_changes(
    services: Sequence[str], changes: Iterable[Change], names: Names, now: datetime
) -> Iterator[tuple[str, float, str]]:
    made: dict[str, list[Change]] = {}
    for change in changes:
        person = names.of(change.author)
        if person and change.at <= now and any(id in services for id in change.services):
            made.setdefault(person, []).append(change)
    for person, those in made.items():
        points = sum(_CHANGED * _weight(change.at, now) for change in those)
        last = max(those, key=lambda change: change.at)
        where = next(id for id in last.services if id in services)
        yield person, min(points, _MOST_POINTS), f"changed {where} {relative(last.at, now)}"


def _from_catalog(services: Sequence[str], catalog: Catalog) -> Iterator[tuple[str, float, str]]:
    for id, person in catalog.people.items():
        for known in person.expertise:
            if known.service in services:
                yield id, _LEVELS[known.level], f"{known.level} in {known.service}"
    teams = dict.fromkeys(catalog.services[id].owner for id in services if id in catalog.services)
    for team in (catalog.teams[id] for id in teams if id in catalog.teams):
        for member in team.members:
            lead = member == team.lead
            yield member, _LEADS if lead else _MEMBER, f"{'leads' if lead else 'in'} team {team.label}"
