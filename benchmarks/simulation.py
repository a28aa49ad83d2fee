"""Simulated incidents with a known culprit, on real service graphs.

What is assumed, and nothing of it is taken from the formula that is judged (`lightship.incidents.correlate`):

- Services change at rates of their own (log-normal, so that a few change all the time); deployments often have a merge
  20 minutes before, a sixth of all changes go to staging, a few fail, a few are planned and have not happened.
- A culprit is one such change to production, the riskier kinds more often than their share. It hurts after a time that
  is log-normal: half within 15 minutes, a tenth after an hour and a half, a hundredth after seven hours.
- It spreads along dependencies by chance, critical ones eight times in ten, others seldom, to any depth. People name one
  or two of the services that are hit: often the one that broke, else one that users see.
- Detection takes a log-normal time, half within 6 minutes. Meanwhile others go on: unrelated services, those downstream,
  and, once it hurts, the hit service itself (a fix, a restart).
- Records lie: the impact's beginning is missing (15 %) or rounded to 5 minutes (30 %), a change names no service (5 %),
  a dependency is not in the catalog (8 %), or is in it as something else than it is (15 %).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lightship.catalog.kinds.service import Dependency
from lightship.facts.records import Change
from lightship.incidents.correlate import Hit, World

ROOT = Path(__file__).parents[1]
GRAPHS = ROOT.parent / "shared" / "data" / "service-graphs.json"
_START = datetime(2026, 3, 2, tzinfo=UTC)
_DAYS = 4
_RATES = 0.9  # changes a service and day, at the median
_KINDS = {
    "deployment": 0.58,
    "config": 0.14,
    "flag": 0.16,
    "schema": 0.04,
    "infrastructure": 0.05,
    "rollback": 0.03,
}
_RISKS = {
    "deployment": 1.0,
    "config": 1.6,
    "flag": 0.7,
    "schema": 2.0,
    "infrastructure": 1.8,
    "rollback": 0.3,
}
_SPREADS = {"critical": 0.8, "async": 0.15, "optional": 0.1}
_STORES = ("redis", "mongo", "memcached", "mysql", "postgres", "db", "valkey", "cache")
_ASIDE = ("jaeger", "otel", "consul", "flagd", "telemetry", "loadgenerator", "load-generator")

Edges = dict[str, list[Dependency]]


@dataclass(frozen=True)
class Case:
    """An incident, the changes that were recorded by the time of its declaration, and the id of the one that did it."""

    hit: Hit
    changes: tuple[Change, ...]
    world: World
    culprit: str
    hops: int


def simulated(names: Iterable[str], count: int, seed: int) -> list[Case]:
    """`count` incidents, shared out among the graphs."""
    found = graphs(names)
    return [
        case
        for number, edges in enumerate(found.values())
        for case in cases(edges, -(-count // len(found)), seed + number)
    ]


def graphs(names: Iterable[str]) -> Mapping[str, Edges]:
    """Services and what they need, by graph; the demo catalog's where the file of graphs is absent."""
    if not GRAPHS.is_file():
        return {"this repository's catalog": _own()}
    held = json.loads(GRAPHS.read_text(encoding="utf-8"))
    return {name: _typed(held[name]["nodes"], held[name]["edges"]) for name in names}


def _own() -> Edges:
    from lightship.catalog.load import load
    from lightship.catalog.source import folder

    services = load(folder(ROOT)).services
    return {
        id: [each for each in service.depends_on if each.service in services]
        for id, service in services.items()
    }


def _typed(nodes: Sequence[str], pairs: Sequence[Sequence[str]]) -> Edges:
    """The graphs name no kinds: stores are data, telemetry and flags can be done without, the rest is called."""
    edges: Edges = {id: [] for id in nodes}
    for one, other in pairs:
        if one in edges and other in edges:
            aside = any(word in other for word in _ASIDE)
            kind = "data" if any(word in other for word in _STORES) else "async" if aside else "sync"
            edges[one].append(Dependency(service=other, kind=kind, critical=not aside))
    return edges


def cases(edges: Edges, count: int, seed: int) -> Iterator[Case]:
    """`count` incidents on a graph; the same seed gives the same ones."""
    dice = random.Random(seed)
    rates = {id: _RATES * dice.lognormvariate(0, 0.8) for id in edges}
    for _ in range(count):
        yield _case(edges, rates, dice)


def _case(edges: Edges, rates: Mapping[str, float], dice: random.Random) -> Case:
    background = list(_background(edges, rates, dice))
    culprit = _culprit(background, dice)
    began = culprit.at + timedelta(minutes=dice.lognormvariate(2.7, 1.42))
    declared = began + timedelta(minutes=dice.lognormvariate(1.8, 1.0))
    broken = culprit.services[0]
    affected = _spread(broken, edges, dice)
    named = _named(broken, affected, dice)
    changes = [*background, *_meanwhile(edges, affected, named, began, declared, dice)]
    if dice.random() < 0.05:
        changes = [_unattributed(each) if each is culprit else each for each in changes]
    changes = sorted((each for each in changes if each.at <= declared), key=lambda each: each.at)
    return Case(
        _hit(named, began, declared, dice),
        tuple(changes),
        _world(edges, dice),
        culprit.id,
        affected[named[0]],
    )


def _unattributed(change: Change) -> Change:
    """The change as somebody records it who names no service."""
    return change.model_copy(update={"services": ()})


def _background(edges: Edges, rates: Mapping[str, float], dice: random.Random) -> Iterator[Change]:
    number = 0
    for id in edges:
        at = _START + timedelta(days=dice.expovariate(rates[id]))
        while at < _START + timedelta(days=_DAYS):
            number += 1
            yield _change(id, number, at, dice)
            if dice.random() < 0.5:
                merged = at - timedelta(minutes=dice.lognormvariate(3.0, 0.6))
                yield _change(id, number, merged, dice, kind="merge")
            at += timedelta(days=dice.expovariate(rates[id]))


def _change(id: str, number: int, at: datetime, dice: random.Random, kind: str = "") -> Change:
    kind = kind or dice.choices(list(_KINDS), list(_KINDS.values()))[0]
    title = f"{kind} of {id}" if dice.random() < 0.6 else f"change {number}"
    return Change(
        id=f"{kind}-{number}-{id}",
        kind=kind,
        at=at,
        services=(id,),
        title=title,
        environment="staging" if dice.random() < 0.16 else "production",
        status=dice.choices(("succeeded", "failed", "planned"), (0.93, 0.04, 0.03))[0],
    )


def _culprit(background: Sequence[Change], dice: random.Random) -> Change:
    """One that happened in production on the last day, so that the days before it are full of others."""
    late = _START + timedelta(days=_DAYS - 1)
    able = [
        each
        for each in background
        if each.at > late
        and each.kind != "merge"
        and each.environment == "production"
        and each.status != "planned"
    ]
    return dice.choices(able, [_RISKS[each.kind] for each in able])[0]


def _spread(broken: str, edges: Edges, dice: random.Random) -> dict[str, int]:
    """The services that are hit, and how many dependencies away from the broken one."""
    affected, ring = {broken: 0}, [broken]
    while ring:
        following = []
        for id, needed in edges.items():
            for each in needed:
                if each.service in ring and id not in affected:
                    sort = "async" if each.kind == "async" else "critical" if each.critical else "optional"
                    if dice.random() < _SPREADS[sort]:
                        affected[id] = affected[each.service] + 1
                        following.append(id)
        ring = following
    return affected


def _named(broken: str, affected: Mapping[str, int], dice: random.Random) -> tuple[str, ...]:
    others = [id for id in affected if id != broken]
    first = broken if not others or dice.random() < 0.45 else dice.choice(others)
    rest = [id for id in affected if id != first]
    return (first, dice.choice(rest)) if rest and dice.random() < 0.25 else (first,)


def _meanwhile(
    edges: Edges,
    affected: Mapping[str, int],
    named: Sequence[str],
    began: datetime,
    declared: datetime,
    dice: random.Random,
) -> Iterator[Change]:
    """Decoys: others' changes just before, and changes to what is hit while it already hurts."""
    elsewhere = [id for id in edges if id not in affected] or list(edges)
    downstream = [id for id, needed in edges.items() if any(each.service in named for each in needed)]
    for number in range(dice.randint(1, 4)):
        pool = downstream if downstream and dice.random() < 0.4 else elsewhere
        at = began - timedelta(minutes=dice.uniform(0, 30))
        yield _change(dice.choice(pool), 90_000 + number, at, dice)
    if dice.random() < 0.4:
        at = began + (declared - began) * dice.random()
        kind = dice.choice(("rollback", "config", "deployment"))
        yield _change(dice.choice(named), 95_000, at, dice, kind=kind)


def _hit(named: tuple[str, ...], began: datetime, declared: datetime, dice: random.Random) -> Hit:
    known = dice.random()
    if known < 0.15:
        return Hit(named, declared, "declared")
    if known < 0.45:
        rounded = began.replace(minute=began.minute - began.minute % 5, second=0, microsecond=0)
        return Hit(named, rounded)
    return Hit(named, began)


def _world(edges: Edges, dice: random.Random) -> World:
    """The catalog as people keep it."""
    needs: dict[str, tuple[Dependency, ...]] = {}
    for id, needed in edges.items():
        kept = [each for each in needed if dice.random() >= 0.08]
        needs[id] = tuple(_mistaken(each, dice) if dice.random() < 0.15 else each for each in kept)
    types = {id: "database" for id in edges if any(word in id for word in _STORES)}
    return World(needs, types, {"staging": "staging", "production": "production"})


def _mistaken(edge: Dependency, dice: random.Random) -> Dependency:
    return Dependency(service=edge.service, kind=dice.choice(("sync", "async")), critical=not edge.critical)
