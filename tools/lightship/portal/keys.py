"""What the page of an entity rests on, as a digest: the same key, the same page. Pure.

A key covers the code and the templates, the day, the entity's file, and what a page may say of its neighbours: all of
their files, but of services only their face (name, owner, tier, levels …), since a service has many neighbours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from lightship.catalog.graph import Node
from lightship.catalog.kinds.references import references
from lightship.catalog.kinds.service import Service
from lightship.finding import Finding
from lightship.oncall.current import Duty
from lightship.portal.incident_keys import IncidentKeys, face
from lightship.portal.view import View

ALWAYS = frozenset({"scorecard", "initiative", "dashboard"})
"""Kinds whose pages look at all services: there are few of them, and they are rendered in every build."""
_DEEP = frozenset({"team", "schedule"})
"""Kinds that lead on to people: who is called, and how."""
_UNSEEN = frozenset({"id", "description", "links", "repos", "integrations", "tags", "depends_on"})
"""Fields of a service that other pages do not show, unless a condition looks at them; its shape says what it needs."""


@cache
def code() -> str:
    """A digest of the modules and templates that pages are made by."""
    digest = hashlib.blake2b(digest_size=12)
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".html") and "theme" not in path.parts:
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Keys:
    """Keys of the pages of entities; `frame` is what all pages rest on beside the catalog."""

    def __init__(self, view: View, frame: str) -> None:
        self._view = view
        self._catalog = view.catalog
        # The age of facts is told to the hour.
        age = f"{view.now:%Y%m%d%H} {view.facts.commit}" if view.facts.services else ""
        self._still = _digest((code(), frame, str(view.today), view.zone))
        self._base = _digest((self._still, age))
        self._incidents = IncidentKeys(view)
        self._duties = {id: _duty(duty) for id, duty in view.duties.items()}
        self._on_call = _on_call(view.duties)
        self._names: dict[Node, list[Node]] = {}
        self._named: dict[Node, list[Node]] = {}
        for kind, by_id in self._catalog.entities.items():
            for id, entity in by_id.items():
                targets = list(dict.fromkeys((other, name) for _, other, name in references(entity)))
                self._names[kind, id] = targets
                for target in targets:
                    self._named.setdefault(target, []).append((kind, id))
        self._face = cache(_faces(view))
        self._state = cache(self._made_state)
        self._deep = cache(self._made_deep)
        self._label = cache(self._made_label)
        self._shape = cache(self._made_shape)
        self._around = cache(self._made_around)
        # What is wrong may still be looked for by another process: until then, what does not depend on it.
        for id in self._catalog.services:
            self._face(id)
            self._around(id, True)
            self._around(id, False)

    @cached_property
    def _findings(self) -> Mapping[str, str]:
        return _by_path(self._view.found)

    def of(self, kind: str, id: str) -> str:
        """The key of the page of an incident, a post-mortem, a hand-over, a request, the rehearsal, or of an entity whose kind is not in ALWAYS."""
        if kind == "incident":
            return _digest((self._still, *self._incidents.of(id)))
        if kind == "metrics":
            return _digest((self._still, *self._incidents.of_figures()))
        if kind == "postmortem":
            return _digest((self._still, *self._incidents.of_postmortem(id)))
        if kind == "request":
            return _digest((self._still, *self._of_request(id)))
        if kind == "rehearsal":
            return _digest((self._still, *self._of_rehearsal()))
        if kind == "handover":
            return _digest((self.of("schedule", id), *self._incidents.of_handover(id)))
        node = (kind, id)
        entity = self._catalog.entities[kind][id]
        parts = [self._base, self._catalog.blob(entity), self._findings.get(entity.path, "")]
        if kind == "action":
            parts.append(repr(self._catalog.settings))  # where a request for it is asked for
        if kind == "service":
            parts += self._of_service(id)
        else:
            parts.append(self._state(node))
            parts += map(self._deep, self._names.get(node, ()))
            parts += map(self._state, self._named.get(node, ()))
        if kind == "person":
            teams = self._view.teams_of.get(id, ())
            parts += (self._state(other) for team in teams for other in self._named.get(("team", team), ()))
        return _digest((*parts, *self._incidents.around(kind, id)))

    def _of_request(self, id: str) -> Iterable[str]:
        """How it stands, and what its page names; how far away moments are moves with the hours while it is open."""
        standing = self._view.requests[id]
        yield repr(standing)
        yield repr(self._catalog.settings)
        yield "" if standing.is_over else f"{self._view.now:%Y%m%d%H}"
        request = standing.request
        named = (("action", request.action), ("service", request.target or "")) if request else ()
        yield from map(self._label, named)
        if request and (incident := self._view.book.incidents.get(request.incident or "")):
            yield face(incident)
        decided = standing.decided.get("requirements", ())
        people = {person for each in decided for person in each.get("could_satisfy", ())}
        people |= {held["person"] for each in decided for held in each["satisfied_by"]}
        people |= {request.requester, request.beneficiary} if request else set()
        yield from (self._label(("person", person)) for person in sorted(people))

    def _of_rehearsal(self) -> Iterable[str]:
        """Everything that decides who answers, and who may approve; what lies ahead moves with the hours."""
        view, catalog = self._view, self._catalog
        yield f"{view.now:%Y%m%d%H} {view.observed.commit} {catalog.settings}"
        for kind in ("person", "team", "schedule", "policy", "action", "runbook"):
            yield from (f"{id} {catalog.blob(each)}" for id, each in catalog.entities[kind].items())
        yield from (f"{each.id} {catalog.blob(each)}" for each in catalog.services.values() if each.tier == 1)
        yield repr(sorted(view.uses.items()))

    def _of_service(self, id: str) -> Iterable[str]:
        graph = self._catalog.graph
        node = ("service", id)
        yield self._view.scores.letters.get(id, "")
        yield from map(self._deep, self._names.get(node, ()))
        yield from map(self._state, self._named.get(node, ()))
        for near in graph.dependencies[id]:
            yield self._around(near, True)
        for near in graph.dependents[id]:
            yield self._around(near, False)

    def _made_deep(self, node: Node) -> str:
        """The state of what a page names, and of the people behind it."""
        state = self._state(node)
        if node[0] not in _DEEP:
            return state
        parts = [state]
        for other in self._names.get(node, ()):
            parts.append(self._state(other))
            if other[0] in _DEEP:
                parts += (
                    self._state(person) for person in self._names.get(other, ()) if person[0] == "person"
                )
        return _digest(parts)

    def _made_state(self, node: Node) -> str:
        """What a page may say of an entity when it names it."""
        kind, id = node
        entity = self._catalog.entities[kind].get(id)
        if entity is None:
            return f"no {kind} {id}"
        if isinstance(entity, Service):
            letters, owner = self._view.scores.letters.get(id, ""), self._label(("team", entity.owner))
            return _digest((self._shape(id), self._face(id), letters, owner))
        parts = [self._catalog.blob(entity), self._findings.get(entity.path, "")]
        parts += map(self._label, self._names.get(node, ()))
        if kind == "schedule":
            parts.append(self._duties[id])
        elif kind == "person":
            parts.append(self._on_call.get(id, ""))
        elif kind == "runbook":
            parts += map(repr, self._view.uses.get(id, ()))
        return _digest(parts)

    def _made_shape(self, id: str) -> str:
        """What a drawing says of a service: its name and what it needs."""
        service = self._catalog.services[id]
        return "\2".join(
            (
                id,
                service.label,
                *(f"{each.service} {each.kind} {each.critical}" for each in service.depends_on),
            )
        )

    def _made_around(self, id: str, down: bool) -> str:
        """The shapes of a service and of what it needs, or (not `down`) of what needs it."""
        graph = self._catalog.graph
        edges = graph.dependencies if down else graph.dependents
        return _digest(map(self._shape, (id, *edges[id])))

    def _made_label(self, node: Node) -> str:
        entity = self._catalog.entities[node[0]].get(node[1])
        return f"{node[0]} {node[1]} {entity.label if entity else '-'}"


def _faces(view: View) -> Callable[[str], str]:
    """What other pages show of a service: all that its row or a condition on its neighbours may look at."""
    book = view.scores.rulebook
    read = {step for path in book.paths if path[0] in ("dependencies", "dependents") for step in path}
    fields = sorted(field for field in Service.model_fields if field not in _UNSEEN or field in read)

    def face(id: str) -> str:
        values: Mapping[str, Any] = view.catalog.services[id].__dict__
        return repr([values[field] for field in fields])

    return face


def _by_path(found: Iterable[Finding]) -> Mapping[str, str]:
    texts: dict[str, list[str]] = {}
    for each in found:
        texts.setdefault(each.path, []).append(f"{each.rule}\0{each.severity}\0{each.message}\0{each.fix}")
    return {path: _digest(sorted(lines)) for path, lines in texts.items()}


def _duty(duty: Duty) -> str:
    """Who is on call and who is next; where a turn leaves the span that is looked at, it moves with the clock."""
    last = duty.turns[-1].end
    turns = (duty.following, *duty.holes)
    return _digest(
        (
            f"{duty.known} {duty.source} {duty.rota.observed_at}",
            f"{duty.current.person} {duty.current.promised} {'' if duty.current.end == last else duty.current.end}",
            *(
                f"{'' if turn is duty.current else turn.start} {'' if turn.end == last else turn.end} {turn.person}"
                for turn in turns
                if turn
            ),
        )
    )


def _on_call(duties: Mapping[str, Duty]) -> Mapping[str, str]:
    found: dict[str, list[str]] = {}
    for id, duty in duties.items():
        found.setdefault(duty.current.person, []).append(id)
        if duty.rota.observed_at:
            # The schedule's own file does not tell its shifts.
            for turn in duty.turns:
                found.setdefault(turn.person, []).append(f"{id} {turn.start} {turn.end}")
    return {person: " ".join(sorted(each)) for person, each in found.items() if person}


def _digest(parts: Iterable[str]) -> str:
    return hashlib.blake2b("\1".join(parts).encode(), digest_size=12).hexdigest()
