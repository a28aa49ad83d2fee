"""What lies around a service: its drawing, its wider drawing, and the tables that say the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.service import Dependency, Service
from lightship.portal.graphs import Edge, Node, around, draw
from lightship.portal.pieces import Pieces
from lightship.portal.words import plural

SIDE = 10  # neighbours on one side of the small drawing; the rest is a number
WIDE = 18  # services in the wide drawing; a list beyond
HOW = {
    "sync": "called while a user waits",
    "async": "by queue or event",
    "data": "stores data there",
    "build": "at build time",
}
_Edges = Mapping[str, Mapping[str, Dependency]]


class Neighbours:
    """Drawings and tables for the pages of services; `pieces` are those of entity pages."""

    def __init__(self, catalog: Catalog, pieces: Pieces) -> None:
        self._catalog = catalog
        self._pieces = pieces
        self._edges: _Edges = {
            id: {each.service: each for each in service.depends_on}
            for id, service in catalog.services.items()
        }
        self._labels = {id: service.label for id, service in catalog.services.items()}

    def drawing(self, service: Service) -> tuple[Markup, str]:
        """What is one step away, and a sentence about it; empty where there is nothing."""
        graph = self._catalog.graph
        needs, needed = graph.dependencies[service.id], graph.dependents[service.id]
        if not needs and not needed:
            return Markup(), ""
        nodes = [self._node(service.id, "own")]
        edges: list[Edge] = []
        nodes += self._side(self._first(service.id, needs), len(needs), "needs", service.id, edges)
        nodes += self._side(self._first_of(service.id, needed), len(needed), "needed", service.id, edges)
        words = self._words(service, needs, needed)
        return draw(nodes, edges, f"What lies around {service.label}: {words}"), words

    def _first(self, id: str, others: Sequence[str]) -> list[str]:
        return sorted(others, key=lambda other: not self._edges[id][other].critical)[:SIDE]

    def _first_of(self, id: str, others: Sequence[str]) -> list[str]:
        return sorted(others, key=lambda other: not self._edges[other][id].critical)[:SIDE]

    def _side(self, ids: Sequence[str], count: int, side: str, own: str, edges: list[Edge]) -> list[Node]:
        nodes = [self._node(id, "near") for id in ids if id != own]
        for id in ids:
            edges.append(self._edge(own, id) if side == "needs" else self._edge(id, own))
        if count > len(ids):
            more = f"+{side}"
            nodes.append(Node(more, f"and {count - len(ids)} more", "#dependencies", "more"))
            edges.append(Edge(own, more) if side == "needs" else Edge(more, own))
        return nodes

    def _node(self, id: str, role: str) -> Node:
        return Node(id, self._labels[id], "" if role == "own" else f"../{id}/", role)

    def _edge(self, source: str, target: str) -> Edge:
        return Edge(source, target, self._edges[source][target].critical)

    def _words(self, service: Service, needs: Sequence[str], needed: Sequence[str]) -> str:
        heavy = sum(self._edges[service.id][other].critical for other in needs)
        falls = sum(self._edges[other][service.id].critical for other in needed)
        first = (
            f"needs {plural(len(needs), 'service')}, {heavy or 'none'} critically"
            if needs
            else "needs nothing"
        )
        need = "needs" if len(needed) == 1 else "need"
        then = f"{len(needed)} {need} it, {falls or 'none'} critically" if needed else "nothing needs it"
        return f"It {first}; {then}. Heavy lines are critical."

    def wider(self, service: Service) -> tuple[Markup, Markup, str]:
        """What is two steps away: a drawing where it stays readable, else names; and what to call it."""
        near = around(self._catalog.graph, service.id, 2, 400)
        second = [id for id, away in near.distance.items() if away == 2]
        if not second:
            return Markup(), Markup(), ""
        words = f"Two steps away: {plural(len(second) + near.hidden, 'more service')}"
        if len(near.distance) > WIDE or near.hidden:
            return Markup(), self._pieces.names("service", sorted(second)), words
        roles = {0: "own", 1: "near", 2: "far"}
        nodes = [self._node(id, roles[away]) for id, away in near.distance.items()]
        return (
            draw(nodes, self.edges(near.distance), f"{service.label} and what is two steps away"),
            Markup(),
            words,
        )

    def edges(self, ids: Iterable[str]) -> list[Edge]:
        """The edges between `ids`."""
        chosen = dict.fromkeys(ids)
        return [
            Edge(id, each.service, each.critical)
            for id in chosen
            for each in self._edges[id].values()
            if each.service in chosen
        ]

    def map(self, ids: Sequence[str], title: str, root: str) -> Markup:
        """A drawing of `ids` and what they need of each other."""
        nodes = [Node(id, self._labels[id], f"{root}services/{id}/") for id in ids]
        return draw(nodes, self.edges(ids), title)

    def needs(self, service: Service) -> Markup:
        """Rows of what it needs; the critical first."""
        found = sorted(service.depends_on, key=lambda each: not each.critical)
        return Markup("".join([self._row(each.service, each) for each in found]))

    def needed(self, service: Service, most: int = 60) -> Markup:
        """Rows of what needs it, the critical first, at most `most`."""
        others = sorted(
            self._catalog.graph.dependents[service.id],
            key=lambda other: not self._edges[other][service.id].critical,
        )
        rows = [self._row(other, self._edges[other][service.id]) for other in others[:most]]
        if len(others) > most:
            rows.append(f'<tr><td colspan="3">and {len(others) - most} more</td></tr>')
        return Markup("".join(rows))

    def _row(self, id: str, edge: Dependency) -> str:
        effect = "<strong>down too</strong>" if edge.critical else '<span class="soft">goes on</span>'
        return (
            f"<tr><td>{self._pieces.name('service', id)}</td><td>{HOW[edge.kind]}</td><td>{effect}</td></tr>"
        )
