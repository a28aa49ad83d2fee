"""How services hang together around an incident: what they need and what needs them, how far and how firmly. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lightship.catalog.kinds.service import Dependency

Needs = Mapping[str, Sequence[Dependency]]  # service → what it depends on, as written
_DECAY = 0.7  # what is left of a failure a hop further on
_KINDS = {"sync": 1.0, "data": 1.0, "async": 0.5, "build": 0.1}
_UNCRITICAL = 0.4  # a dependency that the service survives


@dataclass(frozen=True, slots=True)
class Tie:
    """A way from one service to another: `hops` edges long at least, `weight` in (0, 1] of the firmest one.

    `critical`: on some way every edge is. `via`: the services in between on the firmest way.
    """

    service: str
    hops: int
    weight: float
    critical: bool
    via: tuple[str, ...]


def upstream(needs: Needs, service: str, hops: int) -> Mapping[str, Tie]:
    """What `service` needs within `hops` edges; itself left out."""
    edges = {id: tuple((each.service, each) for each in needs[id]) for id in needs}
    return _ties(edges, service, hops)


def downstream(needs: Needs, service: str, hops: int) -> Mapping[str, Tie]:
    """What needs `service` within `hops` edges; itself left out."""
    edges: dict[str, list[tuple[str, Dependency]]] = {}
    for id, dependencies in needs.items():
        for each in dependencies:
            edges.setdefault(each.service, []).append((id, each))
    return _ties(edges, service, hops)


def _ties(edges: Mapping[str, Sequence[tuple[str, Dependency]]], start: str, hops: int) -> Mapping[str, Tie]:
    found: dict[str, Tie] = {}
    ring = {start: Tie(start, 0, 1.0, True, ())}
    for length in range(1, hops + 1):
        ring = _further(edges, ring, start, length)
        for id, tie in ring.items():
            found[id] = _both(found[id], tie) if id in found else tie
    return dict(sorted(found.items(), key=lambda item: (item[1].hops, not item[1].critical, item[0])))


def _further(
    edges: Mapping[str, Sequence[tuple[str, Dependency]]], ring: Mapping[str, Tie], start: str, length: int
) -> dict[str, Tie]:
    """The ties that are one edge longer than those of `ring`."""
    longer: dict[str, Tie] = {}
    for id, tie in ring.items():
        via = (*tie.via, id) if id != start else ()
        for other, edge in edges.get(id, ()):
            if other == start or other in tie.via:
                continue
            strength = _DECAY * _KINDS[edge.kind] * (1.0 if edge.critical else _UNCRITICAL)
            way = Tie(other, length, tie.weight * strength, tie.critical and edge.critical, via)
            longer[other] = _both(longer[other], way) if other in longer else way
    return longer


def _both(one: Tie, other: Tie) -> Tie:
    """Two ways to the same service as one tie."""
    firmer = max(one, other, key=lambda tie: (tie.weight, -tie.hops))
    return replace(firmer, hops=min(one.hops, other.hops), critical=one.critical or other.critical)
