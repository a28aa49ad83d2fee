"""What the conditions of a rulebook see of each service: only the values that one of them looks at, shared where they can be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import Entity
from lightship.catalog.kinds.runbook import Runbook
from lightship.catalog.kinds.service import Service
from lightship.catalog.kinds.team import Team
from lightship.catalog.runbook_hash import content_hash
from lightship.expressions import Shape
from lightship.expressions.scan import EACH, WHOLE, Path
from lightship.facts.snapshot import Fact, Snapshot
from lightship.scorecards.oncall import OnCall
from lightship.scorecards.people import active
from lightship.scorecards.renames import former
from lightship.scorecards.vocabulary import VARIABLES

Need = dict[str, Any]  # name → Need; WHOLE where the value itself is used
_Read = Callable[[Any], Any]
_LISTS = ("runbooks", "slos", "environments", "features", "customers")


class Contexts:
    """Contexts of the services of `catalog` on `day` (an aware midnight), holding the values of `paths`."""

    def __init__(self, catalog: Catalog, facts: Snapshot, day: datetime, paths: frozenset[Path]) -> None:
        self._catalog = catalog
        self._facts = facts
        self._day = day
        self.needs = _tree(paths)
        self._oncall = OnCall(catalog, day)
        self._memo: dict[tuple[str, str], Any] = {}
        self._digests: dict[tuple[str, str], str] = {}
        self._readers = {
            name: _object(
                shape.item if shape.type == "list" and shape.item else shape,
                self._need(name),
                self._extras(name),
            )
            for name, shape in VARIABLES.items()
            if name in self.needs and name not in ("facts", "today", "oncall", "dependencies", "dependents")
        }
        around = _merged(self._need("dependencies"), self._need("dependents"))
        self._edge = {name for name in ("kind", "critical") if name in around or WHOLE in around}
        self._neighbour = _object(VARIABLES["service"], around, {"name": _label})

    @cached_property
    def _former(self) -> Mapping[str, tuple[str, ...]]:
        return former(self._catalog.services)

    @cached_property
    def _dependents(self) -> Mapping[str, list[tuple[str, Any]]]:
        return _dependents(self._catalog)

    def _need(self, name: str) -> Need:
        need: Need = self.needs.get(name, {})
        if VARIABLES[name].type != "list":
            return need
        return {WHOLE: {}} if WHOLE in need else need.get(EACH, {})

    def _extras(self, name: str) -> Mapping[str, _Read]:
        if name == "team":
            return {"name": _label, "active_members": self._active_members, "lead_active": self._lead_active}
        if name == "runbooks":
            return {"name": _label, "review": self._review, "verified": _verified}
        return {"name": _label}

    def of(self, service: Service) -> dict[str, Any]:
        """The variables of `service`."""
        return {name: self._variable(name, service) for name in self.needs}

    def _variable(self, name: str, service: Service) -> Any:
        if name == "service":
            return self._readers[name](service)
        if name == "team":
            return self._shared(name, service.owner, self._catalog.teams)
        if name == "system":
            return self._shared(name, service.system or "", self._catalog.systems)
        if name == "oncall":
            return self._oncall.of(service)
        if name == "today":
            return self._day
        if name == "facts":
            return {key: fact.value for key, fact in self.facts(service).items()}
        if name == "dependencies":
            return [self._around(edge, edge.service) for edge in self._edges(service)]
        if name == "dependents":
            return [self._around(edge, id) for id, edge in self._dependents.get(service.id, ())]
        entities: Mapping[str, Entity] = getattr(self._catalog, name)
        return [self._shared(name, id, entities) for id in getattr(service, name) if id in entities]

    def _edges(self, service: Service) -> Iterator[Any]:
        services = self._catalog.services
        return (edge for edge in service.depends_on if edge.service in services)

    def _around(self, edge: Any, id: str) -> dict[str, Any]:
        key = ("neighbour", id)
        known = self._memo.get(key)
        if known is None:
            known = self._memo[key] = self._neighbour(self._catalog.services[id])
        return {**known, **{name: getattr(edge, name) for name in self._edge}}

    def _shared(self, name: str, id: str, entities: Mapping[str, Entity]) -> Any:
        key = (name, id)
        if key not in self._memo:
            self._memo[key] = self._readers[name](entities.get(id))
        return self._memo[key]

    def facts(self, service: Service) -> Mapping[str, Fact]:
        """What was observed of `service`, under its id or one it had before."""
        if not self._facts.services:
            return {}
        return self._facts.of(service.id, *self._former.get(service.id, ()))

    def _active(self, person: str) -> bool:
        return active(self._catalog.people.get(person), self._day.date())

    def _active_members(self, team: Team) -> list[str]:
        return [person for person in team.members if self._active(person)]

    def _lead_active(self, team: Team) -> bool:
        return team.lead is not None and self._active(team.lead)

    def _review(self, runbook: Runbook) -> str:
        if runbook.reviewed_at is None:
            return "never"
        return "current" if runbook.reviewed_at + runbook.review_every >= self._day.date() else "due"

    def digest(self, service: Service) -> str:
        """Changes when anything that the context is made of does; equal for equal contexts."""
        parts = [service.id, self._catalog.blob(service)]
        for name in self.needs:
            if name not in ("service", "today"):
                parts.append(self._part(name, service))
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()

    def _part(self, name: str, service: Service) -> str:
        if name == "team":
            return self._team_digest(service.owner)
        if name == "system":
            return self._blobs("systems", (service.system or "",))
        if name == "oncall":
            return self._oncall.digest(service)
        if name == "facts":
            facts = self.facts(service)
            return (
                json.dumps({key: fact.value for key, fact in facts.items()}, sort_keys=True) if facts else ""
            )
        if name == "dependencies":
            return self._blobs("services", (edge.service for edge in service.depends_on))
        if name == "dependents":
            return self._blobs("services", (id for id, _ in self._dependents.get(service.id, ())))
        return self._blobs(name, getattr(service, name))

    def _blobs(self, kind: str, ids: Any) -> str:
        entities: Mapping[str, Entity] = getattr(self._catalog, kind)
        return ",".join(self._catalog.blob(entities[id]) if id in entities else f"-{id}" for id in ids)

    def _team_digest(self, id: str) -> str:
        key = ("team", id)
        if key not in self._digests:
            team = self._catalog.teams.get(id)
            people = (*team.members, team.lead or "") if team else ()
            self._digests[key] = self._blobs("teams", (id,)) + self._blobs("people", people)
        return self._digests[key]


def _label(entity: Entity) -> str:
    return entity.label


def _verified(runbook: Runbook) -> bool:
    if not runbook.verifications:
        return False
    now = content_hash(runbook)
    return any(verification.content_hash == now for verification in runbook.verifications)


def _dependents(catalog: Catalog) -> Mapping[str, list[tuple[str, Any]]]:
    found: dict[str, list[tuple[str, Any]]] = {}
    for id, service in catalog.services.items():
        for edge in service.depends_on:
            found.setdefault(edge.service, []).append((id, edge))
    return found


def _tree(paths: frozenset[Path]) -> Need:
    tree: Need = {}
    for path in sorted(paths):
        node = tree
        for step in path:
            node = node.setdefault(step, {})
    return tree


def _merged(one: Need, other: Need) -> Need:
    return {name: _merged(one.get(name, {}), other.get(name, {})) for name in (*one, *other)}


def _object(shape: Shape, need: Need, extras: Mapping[str, _Read]) -> _Read:
    """Reads the needed fields of a model into a mapping; the defaults where there is no model."""
    names = [name for name in shape.fields if name in need or WHOLE in need]
    plan = [
        (name, extras.get(name), _reader(shape.fields[name], {WHOLE: {}} if WHOLE in need else need[name]))
        for name in names
    ]
    absent = {name: shape.fields[name].default() for name in names}

    def read(part: Any) -> Any:
        if part is None:
            return absent
        return {name: extra(part) if extra else reader(getattr(part, name)) for name, extra, reader in plan}

    return read


def _reader(shape: Shape, need: Need) -> _Read:
    if shape.type == "object":
        return _object(shape, need, {})
    if shape.type == "list":
        return _list(shape.item, {WHOLE: {}} if WHOLE in need else need.get(EACH, {}))
    default = shape.default()
    if shape.type == "moment":
        return lambda value: default if value is None else _moment(value)
    if shape.type == "text":
        return lambda value: value if type(value) is str else default if value is None else _clock(value)
    return lambda value: default if value is None else value


def _list(item: Shape | None, need: Need) -> _Read:
    if item is None or item.type != "object":
        return list
    reader = _object(item, need, {})
    return lambda values: [reader(value) for value in values]


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)


def _clock(value: time) -> str:
    return value.strftime("%H:%M")
