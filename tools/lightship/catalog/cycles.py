"""Cycles in graphs of ids: each knot of a graph is named once, by its shortest way around. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping

Edges = Mapping[str, Collection[str]]


def cycles(edges: Edges) -> tuple[tuple[str, ...], ...]:
    """One cycle for each strongly connected part, as ids in order, beginning with its smallest id; sorted.

    An edge from a node to itself is a cycle of one.
    """
    found = []
    for part in _knots(edges):
        start = min(part)
        if len(part) > 1 or start in edges.get(start, ()):
            found.append(_shortest(edges, start, part))
    return tuple(sorted(found))


def arrows(cycle: tuple[str, ...]) -> str:
    """The cycle as people read it: a → b → a; the middle of a long one is left out."""
    shown = cycle if len(cycle) <= 8 else (*cycle[:4], "…", *cycle[-3:])
    return " → ".join((*shown, cycle[0]))


def _shortest(edges: Edges, start: str, part: frozenset[str]) -> tuple[str, ...]:
    before: dict[str, str] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in edges.get(node, ()):
            if other == start:
                way = [node]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return tuple(reversed(way))
            if other in part and other not in before:
                before[other] = node
                queue.append(other)
    raise AssertionError("every node of a knot leads back to itself")


def _knots(edges: Edges) -> Iterator[frozenset[str]]:
    """Strongly connected parts, by two walks (Kosaraju and Sharir): forwards for an order, backwards to collect.

    Neither recurses: a chain of services may be longer than Python's stack.
    """
    backwards: dict[str, list[str]] = {}
    for node, others in edges.items():
        for other in others:
            backwards.setdefault(other, []).append(node)
    taken: set[str] = set()
    for root in reversed(_finished(edges)):
        if root in taken:
            continue
        part = {root}
        pending = [root]
        taken.add(root)
        while pending:
            for other in backwards.get(pending.pop(), ()):
                if other not in taken:
                    taken.add(other)
                    part.add(other)
                    pending.append(other)
        yield frozenset(part)


def _finished(edges: Edges) -> list[str]:
    """Nodes in the order in which a walk in depth leaves them."""
    order: list[str] = []
    seen: set[str] = set()
    for root in edges:
        if root in seen:
            continue
        seen.add(root)
        walk = [(root, iter(edges[root]))]
        while walk:
            node, rest = walk[-1]
            other = next((one for one in rest if one not in seen), None)
            if other is None:
                walk.pop()
                order.append(node)
            else:
                seen.add(other)
                walk.append((other, iter(edges.get(other, ()))))
    return order
