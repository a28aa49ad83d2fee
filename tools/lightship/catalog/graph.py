"""The relations of a catalog, both ways: each is written on one side only, and the other is computed here."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from lightship.catalog.kinds.base import Entity
from lightship.catalog.kinds.references import Keys, references

if TYPE_CHECKING:
    from lightship.catalog.kinds.service import Service

Node = tuple[str, str]  # kind, id


class Referrer(NamedTuple):
    """An entity that names another one, and the key under which it does."""

    kind: str
    id: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class BrokenReference:
    """A reference to an entity that the catalog does not hold."""

    entity: Entity
    keys: Keys
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Who names whom. `dependencies` and `dependents` hold only services that exist, in the order written."""

    dependencies: Mapping[str, tuple[str, ...]]
    dependents: Mapping[str, tuple[str, ...]]
    broken: tuple[BrokenReference, ...]
    _referrers: Mapping[Node, Sequence[tuple[str, str, Keys]]]

    def referrers(self, kind: str, id: str) -> tuple[Referrer, ...]:
        """Everything that names the entity."""
        return tuple(Referrer(*row) for row in self._referrers.get((kind, id), ()))

    def named_by(self, kind: str, id: str, by: str, field: str | None = None) -> tuple[str, ...]:
        """Ids of the entities of kind `by` that name the entity, each once; under the top-level key `field` only."""
        return tuple(
            dict.fromkeys(
                referrer.id
                for referrer in self.referrers(kind, id)
                if referrer.kind == by and (field is None or referrer.keys[0] == field)
            )
        )

    def upstream(self, service: str, hops: int | None = None) -> Mapping[str, int]:
        """What `service` needs, and how many hops away each is; `service` itself is left out."""
        return _reach(self.dependencies, service, hops)

    def downstream(self, service: str, hops: int | None = None) -> Mapping[str, int]:
        """What needs `service`, and how many hops away each is; `service` itself is left out."""
        return _reach(self.dependents, service, hops)


def build(entities: Mapping[str, Mapping[str, Entity]], unreadable: frozenset[Node]) -> Graph:
    """The graph of `entities` (kind → id → entity). What points at an unreadable file is not called broken."""
    referrers: defaultdict[Node, list[tuple[str, str, Keys]]] = defaultdict(list)
    broken: list[BrokenReference] = []
    for kind, by_id in entities.items():
        for id, entity in by_id.items():
            for keys, target_kind, target in references(entity):
                if target in entities[target_kind]:
                    referrers[target_kind, target].append((kind, id, keys))
                elif (target_kind, target) not in unreadable:
                    broken.append(BrokenReference(entity, keys, target_kind, target))
    dependencies: dict[str, tuple[str, ...]] = {}
    dependents: dict[str, list[str]] = {id: [] for id in entities["service"]}
    for id, service in cast("Mapping[str, Service]", entities["service"]).items():
        needed = dict.fromkeys(
            dependency.service for dependency in service.depends_on if dependency.service in dependents
        )
        dependencies[id] = tuple(needed)
        for other in needed:
            dependents[other].append(id)
    return Graph(
        dependencies=dependencies,
        dependents={id: tuple(others) for id, others in dependents.items()},
        broken=tuple(broken),
        _referrers=dict(referrers),
    )


def _reach(edges: Mapping[str, tuple[str, ...]], start: str, hops: int | None) -> Mapping[str, int]:
    distance = {start: 0}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if hops is not None and distance[node] >= hops:
            continue
        for other in edges.get(node, ()):
            if other not in distance:
                distance[other] = distance[node] + 1
                queue.append(other)
    del distance[start]
    return distance
