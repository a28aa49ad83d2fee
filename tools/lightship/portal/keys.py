"""What the page of an entity rests on, as a digest: the same key, the same page. Pure.

A key covers the code and the templates, the day, the entity's file and everything about its neighbours that a page
may show: their files, their scores, who is on call, what is wrong with them, and the names that they mention.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from lightship.catalog.graph import Node
from lightship.facts.snapshot import Snapshot
from lightship.finding import Finding
from lightship.portal.view import View
from lightship.portal.watch import Duty
from lightship.scorecards.context import Contexts
from lightship.scorecards.digest import Digests

_ALWAYS = frozenset({"scorecard", "initiative", "dashboard"})
"""Kinds whose pages look at all services: there are few of them, and they are rendered in every build."""


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

    def __init__(self, view: View, facts: Snapshot, frame: str) -> None:
        self._view = view
        self._catalog = view.catalog
        self._base = _digest((code(), frame, str(view.today), view.zone, facts.commit))
        self._findings = _by_path(view.found)
        self._duties = {id: _duty(duty) for id, duty in view.duties.items()}
        self._on_call = _on_call(view.duties)
        self._named: dict[Node, list[Node]] = {}
        for kind, by_id in self._catalog.entities.items():
            for id in by_id:
                for each in self._catalog.graph.referrers(kind, id):
                    self._named.setdefault((each.kind, each.id), []).append((kind, id))
        self._states: dict[Node, str] = {}
        self._labels: dict[Node, str] = {}
        contexts = Contexts(self._catalog, facts, view.scores.day, view.scores.rulebook.paths)
        judged = {id: self._catalog.services[id] for id in view.scores.letters}
        self._digests = Digests(self._catalog, contexts).of(judged)

    def of(self, kind: str, id: str) -> str:
        """The key of an entity's page; '' where it is always to be rendered."""
        if kind in _ALWAYS:
            return ""
        node = (kind, id)
        parts = [self._base, *self._around(node)]
        if kind == "service":
            parts += self._of_service(id)
        elif kind == "person":
            for team in self._view.teams_of.get(id, ()):
                parts += self._around(("team", team))
        return _digest(parts)

    def _around(self, node: Node) -> Iterable[str]:
        """The state of an entity and of all that it names, or that names it."""
        is_service = node[0] == "service"
        yield self._state(node)
        for other in self._named.get(node, ()):
            # Of its neighbours, a service shows what they are called and how they hang together.
            yield self._shape(other[1]) if is_service and other[0] == "service" else self._state(other)
        for each in self._catalog.graph.referrers(*node):
            yield self._shape(each.id) if is_service and each.kind == "service" else self._state((each.kind, each.id))

    def _of_service(self, id: str) -> Iterable[str]:
        graph = self._catalog.graph
        yield self._digests.get(id, "")
        for edges in (graph.dependencies, graph.dependents):
            for near in edges[id]:
                for far in edges[near]:
                    yield self._shape(far)
        for kind, other in self._named.get(("service", id), ()):
            if kind in ("team", "schedule"):
                yield from (self._state(person) for person in self._named.get((kind, other), ()) if person[0] == "person")

    def _state(self, node: Node) -> str:
        """A digest of all that a page may say of an entity when it names it."""
        known = self._states.get(node)
        if known is None:
            kind, id = node
            entity = self._catalog.entities[kind][id]
            parts = [self._catalog.blob(entity), self._findings.get(entity.path, "")]
            parts += [self._label(other) for other in self._named.get(node, ())]
            if kind == "service":
                parts.append(self._view.scores.letters.get(id, ""))
            elif kind == "schedule":
                parts.append(self._duties[id])
            elif kind == "person":
                parts.append(self._on_call.get(id, ""))
            known = self._states[node] = _digest(parts)
        return known

    def _shape(self, id: str) -> str:
        """What a drawing says of a service: its name and what it needs."""
        node = ("shape", id)
        if node not in self._labels:
            service = self._catalog.services[id]
            edges = (f"{each.service} {each.kind} {each.critical}" for each in service.depends_on)
            self._labels[node] = _digest((id, service.label, *edges))
        return self._labels[node]

    def _label(self, node: Node) -> str:
        if node not in self._labels:
            self._labels[node] = f"{node[0]}\0{node[1]}\0{self._catalog.entities[node[0]][node[1]].label}"
        return self._labels[node]


def _by_path(found: Iterable[Finding]) -> Mapping[str, str]:
    texts: dict[str, list[str]] = {}
    for each in found:
        texts.setdefault(each.path, []).append(f"{each.rule}\0{each.severity}\0{each.message}\0{each.fix}")
    return {path: _digest(sorted(lines)) for path, lines in texts.items()}


def _duty(duty: Duty) -> str:
    """Who is on call and who is next; where a turn leaves the span that is looked at, it moves with the clock."""
    first, last = duty.turns[0].start, duty.turns[-1].end
    turns = (duty.current, duty.following, *duty.holes)
    return _digest(
        f"{'' if turn.start == first else turn.start} {'' if turn.end == last else turn.end} {turn.person} {turn.promised}"
        for turn in turns
        if turn
    )


def _on_call(duties: Mapping[str, Duty]) -> Mapping[str, str]:
    found: dict[str, list[str]] = {}
    for id, duty in duties.items():
        found.setdefault(duty.current.person, []).append(id)
    return {person: " ".join(sorted(each)) for person, each in found.items() if person}


def _digest(parts: Iterable[str]) -> str:
    return hashlib.blake2b("\1".join(parts).encode(), digest_size=12).hexdigest()
