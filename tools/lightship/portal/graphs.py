"""Dependency graphs as inline SVG: layered left to right, links inside, no style attributes and no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from fast_sugiyama import from_edges
from markupsafe import Markup, escape

from lightship.catalog.graph import Graph

ROW = 40  # from one row to the next, in px
BOX = 30  # height of a node
GAP = 54  # between two columns
EDGE = 8  # around the whole
LABEL = 22  # characters of a label that are drawn
CHARACTER = 7.3  # width of one of them
_UNIT = 4.0  # the layout's own distance between neighbours

_Point = tuple[int, int]  # column, px from the top; ints, since they are written so often
_Columns = Mapping[int, tuple[int, int]]  # left end and width, in px


@dataclass(frozen=True, slots=True)
class Node:
    """A box: its text, where it leads ('' for nowhere), and a word that styles it: own, near or far."""

    id: str
    label: str
    href: str = ""
    role: str = "near"


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` needs `target`; drawn heavier where `critical`."""

    source: str
    target: str
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around a service: hops away by id (the service itself: 0), and whom `limit` left out."""

    distance: Mapping[str, int]
    hidden: int


def around(graph: Graph, service: str, hops: int, limit: int) -> Around:
    """The services within `hops` of `service`, up and down, nearest first, at most `limit` of them."""
    distance = {service: 0}
    hidden = 0
    for reach in (graph.upstream(service, hops), graph.downstream(service, hops)):
        for other, away in reach.items():
            distance[other] = min(away, distance.get(other, away))
    if len(distance) > limit:
        hidden = len(distance) - limit
        distance = dict(sorted(distance.items(), key=lambda item: item[1])[:limit])
    return Around(distance, hidden)


def draw(nodes: Sequence[Node], edges: Iterable[Edge], title: str) -> Markup:
    """An SVG of `nodes` and of those `edges` whose two ends are among them; '' without nodes.

    `title` says in words what is drawn, for those who cannot see it.
    """
    if not nodes:
        return Markup()
    drawn = {node.id: node for node in nodes}  # a neighbour on both sides is drawn once
    kept = [edge for edge in edges if edge.source in drawn and edge.target in drawn]
    joined = {end for edge in kept if edge.source != edge.target for end in (edge.source, edge.target)}
    nodes = sorted(drawn.values(), key=lambda node: node.id not in joined)
    index = {node.id: number for number, node in enumerate(nodes)}
    known = {
        (index[edge.source], index[edge.target]): edge.critical for edge in kept if edge.source != edge.target
    }
    place, chains = _arrange(len(joined), len(nodes), list(known))
    columns, width = _columns(nodes, place)
    height = max(y for _, y in place.values()) + BOX + 2 * EDGE
    lines = [_line(chain, known[chain[0], chain[-1]], place, columns) for chain in chains]
    boxes = [_box(node, place[number], columns) for number, node in enumerate(nodes)]
    return Markup(
        f'<svg class="ls-graph" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="group" aria-label="{escape(title)}">{"".join(sorted(lines, reverse=True))}{"".join(boxes)}</svg>'
    )


def _arrange(
    joined: int, count: int, edges: list[tuple[int, int]]
) -> tuple[dict[int, _Point], list[list[int]]]:
    """Column and height in px of each node (and each bend, numbered from `count`), and the edges as chains.

    The first `joined` nodes have edges. Each component is laid out by itself and with numbers of its own, since the
    layout's numbers for bends are only apart from those of a component that is numbered without holes.
    """
    place: dict[int, _Point] = {}
    chains: list[list[int]] = []
    below, bends = 0.0, count
    for members in _components(joined, edges):
        local = {number: at for at, number in enumerate(members)}
        inside = [(local[a], local[b]) for a, b in edges if a in local]
        for spots, width, depth, links in from_edges(inside, vertex_spacing=_UNIT):
            names: dict[int, int] = dict(enumerate(members))
            for spot, (x, y) in spots:
                number = int(spot)
                if number not in names:
                    names[number] = bends
                    bends += 1
                place[names[number]] = (round((depth - y) / _UNIT), round(below + x / _UNIT * ROW))
            chains += _chains([(names[int(a)], names[int(b)]) for a, b in links or ()], count)
            below += (width / _UNIT + 1) * ROW
    across = max(4, int(max((column for column, _ in place.values()), default=0)) + 1)
    for number in range(joined, count):
        row, column = divmod(number - joined, across)
        place[number] = (column, round(below) + row * ROW)
    return place, chains


def _components(joined: int, edges: list[tuple[int, int]]) -> list[list[int]]:
    """The nodes that hang together, in order of their first."""
    leader = list(range(joined))

    def find(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    for a, b in edges:
        one, other = sorted((find(a), find(b)))
        leader[other] = one
    groups: dict[int, list[int]] = {}
    for number in range(joined):
        groups.setdefault(find(number), []).append(number)
    return list(groups.values())


def _chains(links: list[tuple[int, int]], count: int) -> list[list[int]]:
    following = {a: b for a, b in links if a >= count}
    chains = []
    for a, b in links:
        if a < count:
            chain = [a, b]
            while chain[-1] >= count:
                chain.append(following[chain[-1]])
            chains.append(chain)
    return chains


def _columns(nodes: Sequence[Node], place: Mapping[int, _Point]) -> tuple[dict[int, tuple[int, int]], int]:
    """Left end and width of each column, and the width of the whole, in px."""
    widths = {column: 12 for column, _ in place.values()}
    for number, node in enumerate(nodes):
        column = place[number][0]
        widths[column] = max(widths[column], int(min(len(node.label), LABEL) * CHARACTER) + 22)
    columns: dict[int, tuple[int, int]] = {}
    left = EDGE
    for column in sorted(widths):
        columns[column] = (left, widths[column])
        left += widths[column] + GAP
    return columns, left - GAP + EDGE


def _line(
    chain: list[int],
    critical: bool,
    place: Mapping[int, _Point],
    columns: _Columns,
) -> str:
    back = place[chain[0]][0] > place[chain[-1]][0]
    middle = EDGE + BOX // 2
    parts: list[str] = []
    for a, b in pairwise(chain[::-1] if back else chain):
        left, width = columns[place[a][0]]
        start, end = left + width, columns[place[b][0]][0]
        top, bottom = place[a][1] + middle, place[b][1] + middle
        bend = (start + end) // 2
        move = "L" if parts else "M"
        parts.append(f"{move}{start} {top}C{bend} {top} {bend} {bottom} {end} {bottom}")
    left, width = columns[place[chain[-1]][0]]
    tip, tail = (left + width, 6) if back else (left, -6)
    height = place[chain[-1]][1] + middle
    parts.append(f"M{tip + tail} {height - 4}L{tip} {height}L{tip + tail} {height + 4}")
    return f'<path{" class=heavy" if critical else ""} d="{"".join(parts)}"/>'


@lru_cache(maxsize=32768)
def _escaped(text: str) -> str:
    return str(escape(text))


def _box(node: Node, place: _Point, columns: _Columns) -> str:
    left, width = columns[place[0]]
    top = place[1] + EDGE
    label = node.label if len(node.label) <= LABEL else node.label[: LABEL - 1] + "…"
    body = (
        f'<rect x="{left}" y="{top}" width="{width}" height="{BOX}" rx="4"/>'
        f'<text x="{left + width // 2}" y="{top + 20}">{_escaped(label)}</text>'
    )
    if label != node.label:
        body = f"<title>{_escaped(node.label)}</title>{body}"
    if node.href:
        return f'<a class="{node.role}" href="{_escaped(node.href)}">{body}</a>'
    return f'<g class="{node.role}">{body}</g>'
