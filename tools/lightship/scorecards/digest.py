"""A digest of everything that a service's context is made of: equal digests, equal verdicts on one day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import Entity
from lightship.catalog.kinds.service import Service
from lightship.scorecards.context import Contexts


class Digests:
    """Digests of services of `catalog` for what `contexts` hold of them; they do not tell the day or the rules."""

    def __init__(self, catalog: Catalog, contexts: Contexts) -> None:
        self._catalog = catalog
        self._world = contexts.world
        self._names = [name for name in contexts.needs if name not in ("service", "today")]
        self._known: dict[str, Mapping[str, str]] = {}

    def of(self, services: Mapping[str, Service]) -> dict[str, str]:
        """Service → 32 hexadecimal digits."""
        rows = list(services.values())
        own = self._blobs("services")
        columns = [[own[id] for id in services], *(self._column(name, rows) for name in self._names)]
        return {
            id: hashlib.blake2b("\n".join((id, *parts)).encode(), digest_size=16).hexdigest()
            for id, *parts in zip(services, *columns, strict=True)
        }

    def _column(self, name: str, services: Sequence[Service]) -> list[str]:
        if name == "team":
            teams = {id: self._team(id) for id in {service.owner for service in services}}
            return [teams[service.owner] for service in services]
        if name == "system":
            systems = self._blobs("systems")
            return [systems.get(service.system or "", "-") for service in services]
        if name == "oncall":
            return [self._world.oncall.digest(service) for service in services]
        if name == "facts":
            return [self._facts(service) for service in services]
        if name == "dependencies":
            known = self._blobs("services")
            return [_joined(known, [edge.service for edge in service.depends_on]) for service in services]
        if name == "dependents":
            known, around = self._blobs("services"), self._world.dependents
            return [_joined(known, [id for id, _ in around.get(service.id, ())]) for service in services]
        known = self._blobs(name)
        return [_joined(known, getattr(service, name)) for service in services]

    def _blobs(self, kind: str) -> Mapping[str, str]:
        if kind not in self._known:
            entities: Mapping[str, Entity] = getattr(self._catalog, kind)
            self._known[kind] = {id: self._catalog.blob(entity) for id, entity in entities.items()}
        return self._known[kind]

    def _team(self, id: str) -> str:
        team = self._catalog.teams.get(id)
        people = (*team.members, team.lead or "") if team else ()
        return f"{_joined(self._blobs('teams'), (id,))};{_joined(self._blobs('people'), people)}"

    def _facts(self, service: Service) -> str:
        facts = self._world.facts(service)
        return json.dumps({key: fact.value for key, fact in facts.items()}, sort_keys=True) if facts else ""


def _joined(blobs: Mapping[str, str], ids: Iterable[str]) -> str:
    return ",".join([blobs.get(id) or f"-{id}" for id in ids])
