"""A digest of everything that a service's context is made of: equal digests, equal verdicts on one day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import Entity
from lightship.catalog.kinds.service import Service
from lightship.scorecards.context import Contexts


class Digests:
    """Digests of the services of `catalog` for what `contexts` hold of them."""

    def __init__(self, catalog: Catalog, contexts: Contexts) -> None:
        self._catalog = catalog
        self._world = contexts.world
        self._blobs: dict[str, dict[str, str]] = {}
        self._teams: dict[str, str] = {}
        parts: dict[str, Callable[[Service], str]] = {
            "team": lambda service: self._team(service.owner),
            "system": lambda service: self._of("systems", (service.system or "",)),
            "oncall": self._world.oncall.digest,
            "facts": self._facts,
            "dependencies": lambda service: self._of(
                "services", [edge.service for edge in service.depends_on]
            ),
            "dependents": self._dependents,
        }
        skipped = ("service", "today")
        self._parts = [parts.get(name) or self._named(name) for name in contexts.needs if name not in skipped]

    def of(self, service: Service) -> str:
        """32 hexadecimal digits; they do not tell the day or the rules."""
        parts = [service.id, self._of("services", (service.id,)), *(part(service) for part in self._parts)]
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()

    def _named(self, name: str) -> Callable[[Service], str]:
        return lambda service: self._of(name, getattr(service, name))

    def _of(self, kind: str, ids: Iterable[str]) -> str:
        known = self._blobs.get(kind)
        if known is None:
            entities: Mapping[str, Entity] = getattr(self._catalog, kind)
            known = self._blobs[kind] = {id: self._catalog.blob(entity) for id, entity in entities.items()}
        return ",".join([known.get(id) or f"-{id}" for id in ids])

    def _team(self, id: str) -> str:
        if id not in self._teams:
            team = self._catalog.teams.get(id)
            people = (*team.members, team.lead or "") if team else ()
            self._teams[id] = f"{self._of('teams', (id,))};{self._of('people', people)}"
        return self._teams[id]

    def _dependents(self, service: Service) -> str:
        return self._of("services", [id for id, _ in self._world.dependents.get(service.id, ())])

    def _facts(self, service: Service) -> str:
        facts = self._world.facts(service)
        return json.dumps({key: fact.value for key, fact in facts.items()}, sort_keys=True) if facts else ""
