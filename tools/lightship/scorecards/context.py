"""What the conditions of a rulebook see of each service: only the values that one of them looks at, shared where they can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import Entity
from lightship.catalog.kinds.runbook import Runbook
from lightship.catalog.kinds.service import Dependency, Service
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
_COMPUTED = ("facts", "today", "oncall", "dependencies", "dependents")


class World:
    """What all contexts of a catalog share: facts, the day, and relations computed once."""

    def __init__(self, catalog: Catalog, facts: Snapshot, day: datetime) -> None:
        self.catalog = catalog
        self.day = day
        self.oncall = OnCall(catalog, day)
        self._facts = facts

    @cached_property
    def _former(self) -> Mapping[str, tuple[str, ...]]:
        return former(self.catalog.services)

    @cached_property
    def dependents(self) -> Mapping[str, list[tuple[str, Dependency]]]:
        """Service → the services that need it, with the dependency as they wrote it."""
        found: dict[str, list[tuple[str, Dependency]]] = {}
        for id, service in self.catalog.services.items():
            for edge in service.depends_on:
                found.setdefault(edge.service, []).append((id, edge))
        return found

    @property
    def any_facts(self) -> bool:
        """Whether anything was observed of any service."""
        return bool(self._facts.services)

    def facts(self, service: Service) -> Mapping[str, Fact]:
        """What was observed of `service`, under its id or one it had before."""
        if not self._facts.services:
            return {}
        return self._facts.of(service.id, *self._former.get(service.id, ()))

    def active(self, person: str) -> bool:
        """Whether somebody is known and works here on the day."""
        return active(self.catalog.people.get(person), self.day.date())


class Contexts:
    """Contexts of services, holding the values of `paths` and nothing else."""

    def __init__(
        self,
        catalog: Catalog,
        facts: Snapshot,
        day: datetime,
        paths: frozenset[Path],
        world: World | None = None,
    ) -> None:
        """`day` is an aware midnight; `world`, of the same catalog, facts and day, spares computing it again."""
        self.world = world or World(catalog, facts, day)
        self.needs = _tree(paths)
        self._catalog = catalog
        self._facts = facts
        self._memo: dict[tuple[str, str], Any] = {}
        self._readers = {
            name: _object(_entity_shape(name), self._need(name), self._extras(name))
            for name in self.needs
            if name not in _COMPUTED
        }
        around = _merged(self._need("dependencies"), self._need("dependents"))
        self._edge = [name for name in ("kind", "critical") if name in around or WHOLE in around]
        self._neighbour = _object(VARIABLES["service"], around, {"name": _label})

    def narrowed(self, paths: frozenset[Path]) -> Contexts:
        """Contexts of the same world with other paths."""
        return Contexts(self._catalog, self._facts, self.world.day, paths, self.world)

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
        return {name: self._variable(name, service) for name in self.needs if name in VARIABLES}

    def _variable(self, name: str, service: Service) -> Any:
        if name == "service":
            return self._readers[name](service)
        if name == "team":
            return self._shared(name, service.owner, self._catalog.teams)
        if name == "system":
            return self._shared(name, service.system or "", self._catalog.systems)
        if name == "oncall":
            return self.world.oncall.of(service)
        if name == "today":
            return self.world.day
        if name == "facts":
            return {key: fact.value for key, fact in self.world.facts(service).items()}
        if name == "dependencies":
            return [self._around(edge, edge.service) for edge in self._edges(service)]
        if name == "dependents":
            return [self._around(edge, id) for id, edge in self.world.dependents.get(service.id, ())]
        entities: Mapping[str, Entity] = getattr(self._catalog, name)
        return [self._shared(name, id, entities) for id in getattr(service, name) if id in entities]

    def _edges(self, service: Service) -> Iterator[Dependency]:
        services = self._catalog.services
        return (edge for edge in service.depends_on if edge.service in services)

    def _around(self, edge: Dependency, id: str) -> dict[str, Any]:
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

    def _active_members(self, team: Team) -> list[str]:
        return [person for person in team.members if self.world.active(person)]

    def _lead_active(self, team: Team) -> bool:
        return team.lead is not None and self.world.active(team.lead)

    def _review(self, runbook: Runbook) -> str:
        if runbook.reviewed_at is None:
            return "never"
        return "current" if runbook.reviewed_at + runbook.review_every >= self.world.day.date() else "due"


def _entity_shape(variable: str) -> Shape:
    shape = VARIABLES[variable]
    return shape.item if shape.type == "list" and shape.item is not None else shape


def _label(entity: Entity) -> str:
    return entity.label


def _verified(runbook: Runbook) -> bool:
    if not runbook.verifications:
        return False
    now = content_hash(runbook)
    return any(verification.content_hash == now for verification in runbook.verifications)


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


def whole(shape: Shape, extras: Mapping[str, Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """Reads every field of a model that `shape` names into a mapping; `extras` compute those that it does not have."""
    return _object(shape, {WHOLE: {}}, extras)


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
