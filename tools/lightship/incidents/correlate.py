"""Which change probably did it: changes before an incident, ranked, each with the reason. Pure.

    score = place x time x kind x outcome x stage        each in (0, 1]; docs/adr/0009 says why

place    half the greatest, half the mean over the services that are hit of: 1 for the service itself; for what it needs
         within two hops (infrastructure: three), the product over the edges of 0.7 x how the edge carries a failure
         (`reach`); 0.5 where the change only names the service in its title; 0.05 where nobody knows what it touched;
         0.2 for everything where nobody knows what is hit
time     1 / (1 + minutes before impact / 60)
kind     deployment 1, config and flag 0.9, schema 0.8, infrastructure 0.7, rollback 0.5, merge 0.2
outcome  rolled back 1, failed 0.9, succeeded or in progress 0.8
stage    1; 0.1 where it went to an environment that is not production

Candidates took effect in the 72 hours before the impact began; where that is not known, before the incident was detected
or declared. What came later did not cause it. What is planned has not happened. At most `most` are kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Literal

from lightship.facts.records import Change
from lightship.incidents.reach import Needs, Tie, upstream
from lightship.plain import span

WINDOW = timedelta(hours=72)
HOPS, INFRASTRUCTURE_HOPS = 2, 3
MOST = 10
TO_THE_MINUTE = timedelta(minutes=1)  # people write times to the minute, so the change may seem to be behind
_INFRASTRUCTURE = frozenset({"database", "cache", "queue", "storage", "broker", "network", "infrastructure"})
_HALF_LIFE = 60.0  # minutes before impact at which a change is half as suspicious as one a moment before
_KINDS = {"deployment": 1.0, "config": 0.9, "flag": 0.9, "schema": 0.8, "infrastructure": 0.7, "rollback": 0.5, "merge": 0.2}  # fmt: skip
_OUTCOMES = {"rolled-back": 1.0, "failed": 0.9, "succeeded": 0.8, "in-progress": 0.8}
_NAMED, _NOWHERE, _ANYWHERE, _OTHER_STAGE = 0.5, 0.05, 0.2, 0.1
_NOT_PRODUCTION = ("staging", "test", "dev", "preview", "sandbox", "qa")
_WORDS = {
    "deployment": "deployment of {}",
    "config": "configuration of {}",
    "flag": "flag of {}",
    "schema": "schema of {}",
    "infrastructure": "infrastructure of {}",
    "rollback": "rollback of {}",
    "merge": "merge into {}",
}
Since = Literal["impact", "detected", "declared", "now"]
_at = attrgetter("at")


@dataclass(frozen=True, slots=True)
class World:
    """What ranking knows of the catalog: what services need, which are infrastructure, and environments' stages."""

    needs: Needs
    types: Mapping[str, str]
    stages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """What is hit, and from when: since the impact began, or the first thing that is known after that."""

    services: tuple[str, ...]
    began: datetime
    since: Since = "impact"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A change that may have caused it, `score` in (0, 1], and why in one sentence."""

    change: Change
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Place:
    weight: float
    service: str
    words: str


def rank(hit: Hit, changes: Sequence[Change], world: World, most: int = MOST) -> tuple[Suspect, ...]:
    """The suspects among `changes` (in order of time), the most suspicious first."""
    first = bisect_left(changes, hit.began - WINDOW, key=_at)
    last = bisect_right(
        changes, hit.began + (TO_THE_MINUTE if hit.since == "impact" else timedelta()), key=_at
    )
    ties = {service: _ties(service, world) for service in hit.services}
    undone = _undone(changes[first:last], changes[last:], hit.began + WINDOW)
    found = []
    for change in changes[first:last]:
        place = _place(change, hit, ties) if change.status != "planned" else None
        if place is not None:
            found.append(_suspect(change, place, hit, world, undone))
    found.sort(
        key=lambda each: (-each.score, -each.change.at.timestamp(), each.change.source, each.change.id)
    )
    return tuple(found[:most])


def _ties(service: str, world: World) -> Mapping[str, Tie]:
    reached = upstream(world.needs, service, INFRASTRUCTURE_HOPS)
    return {
        id: tie for id, tie in reached.items() if tie.hops <= HOPS or world.types.get(id) in _INFRASTRUCTURE
    }


def _undone(before: Sequence[Change], later: Sequence[Change], until: datetime) -> frozenset[str]:
    """Keys of the changes that somebody rolled back after it began: the last one to each service that was."""
    back = {
        id for change in later if change.kind == "rollback" and change.at <= until for id in change.services
    }
    last: dict[str, str] = {}
    for change in before:
        if change.kind not in ("merge", "rollback") and change.status != "planned":
            last |= dict.fromkeys(back.intersection(change.services), _key(change))
    return frozenset(last.values())


def _key(change: Change) -> str:
    return f"{change.source}/{change.id}"


def _place(change: Change, hit: Hit, ties: Mapping[str, Mapping[str, Tie]]) -> _Place | None:
    """Where the change stands to what is hit; None where they have nothing to do with each other."""
    if not change.services:
        named = next((id for id in hit.services if id in change.title.casefold()), "")
        if named:
            return _Place(_NAMED, named, f"{change.kind} that names {named} in its title, but no service")
        return _Place(_NOWHERE, "", f"{change.kind} of which nobody knows what it touched")
    if not hit.services:
        return _Place(_ANYWHERE, change.services[0], "")
    places = [place for id in change.services if (place := _place_of(id, hit, ties)) is not None]
    return max(places, key=lambda place: place.weight, default=None)


def _place_of(id: str, hit: Hit, ties: Mapping[str, Mapping[str, Tie]]) -> _Place | None:
    weights = {
        service: 1.0 if id == service else tie.weight if (tie := ties[service].get(id)) else 0.0
        for service in hit.services
    }
    best = max(weights, key=lambda service: weights[service], default="")
    if not best or not weights[best]:
        return None
    weight = weights[best] / 2 + sum(weights.values()) / len(weights) / 2
    if id == best:
        return _Place(weight, id, "")
    tie = ties[best][id]
    through = f" through {' and '.join(tie.via)}" if tie.via else ""
    depending = [service for service, share in weights.items() if share]
    others = f" and {len(depending) - 1} more" if len(depending) > 1 else ""
    verb = "need" if others else "needs"
    verb = verb if tie.critical else f"{verb.replace('need', 'use')} and can do without"
    return _Place(weight, id, f", which {best}{others} {verb}{through}")


def _suspect(change: Change, place: _Place, hit: Hit, world: World, undone: frozenset[str]) -> Suspect:
    outcome = "rolled-back" if _key(change) in undone else change.status
    staged = not _is_production(change.environment or "", world.stages)
    minutes = max(0.0, (hit.began - change.at).total_seconds() / 60)
    score = place.weight * _KINDS[change.kind] * _OUTCOMES[outcome] / (1 + minutes / _HALF_LIFE)
    what = _WORDS[change.kind].format(place.service) + place.words if change.services else place.words
    parts = [what, _when(minutes, hit.since)]
    if change.status in ("failed", "in-progress"):
        parts.append({"failed": "it failed", "in-progress": "still going on"}[change.status])
    elif outcome == "rolled-back":
        parts.append("rolled back since")
    if staged:
        parts.append(f"only in {change.environment}")
    return Suspect(change, round(score * (_OTHER_STAGE if staged else 1), 4), ", ".join(parts))


def _is_production(environment: str, stages: Mapping[str, str]) -> bool:
    """Whether users may be there; so it is where nothing says otherwise."""
    if environment in stages:
        return stages[environment] == "production"
    return not any(word in environment.casefold() for word in _NOT_PRODUCTION)


def _when(minutes: float, since: str) -> str:
    before = {
        "impact": "before impact",
        "detected": "before it was detected",
        "declared": "before it was declared",
        "now": "ago",
    }
    return f"{span(timedelta(minutes=minutes))} {before[since]}"
