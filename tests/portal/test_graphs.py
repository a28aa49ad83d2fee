"""Graphs: every node is there, edges lead the right way, hubs stay readable, text stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.portal.bodies import parse

from lightship.catalog.graph import Graph
from lightship.portal.graphs import BOX, Edge, Node, around, draw


def _nodes(*ids: str) -> list[Node]:
    return [Node(id, id.upper(), f"../{id}/") for id in ids]


def _boxes(svg: str) -> dict[str, tuple[int, int, int]]:
    """Label → left, top, width."""
    found = re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)"[^>]*/><text[^>]*>([^<]*)</text>', svg)
    return {label: (int(x), int(y), int(width)) for x, y, width, label in found}


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw([], [], "empty") == ""


def test_what_is_needed_stands_to_the_right() -> None:
    boxes = _boxes(draw(_nodes("a", "b", "c"), [Edge("a", "b"), Edge("b", "c"), Edge("a", "c")], "chain"))
    assert boxes["A"][0] < boxes["B"][0] < boxes["C"][0]


@pytest.mark.parametrize(
    ("edges", "arrows"),
    [
        ([], 0),
        ([Edge("a", "b")], 1),
        ([Edge("a", "b"), Edge("b", "a")], 2),
        ([Edge("a", "a")], 0),
        ([Edge("a", "b"), Edge("b", "c"), Edge("c", "a")], 3),
        ([Edge("a", "elsewhere")], 0),
        ([Edge("a", "b"), Edge("a", "b")], 1),
    ],
)
def test_every_edge_is_one_line(edges: list[Edge], arrows: int) -> None:
    svg = draw(_nodes("a", "b", "c", "d"), edges, "edges")
    assert svg.count("<path") == arrows
    assert set(_boxes(svg)) == {"A", "B", "C", "D"}


def test_boxes_do_not_overlap() -> None:
    ids = [f"n{number}" for number in range(30)]
    edges = [Edge(ids[number % 7], ids[number]) for number in range(7, 25)]
    edges += [Edge(ids[25], ids[26]), Edge(ids[26], ids[25])]
    boxes = list(_boxes(draw(_nodes(*ids), edges, "many")).values())
    assert len(boxes) == 30
    for at, (x, y, width) in enumerate(boxes):
        for other_x, other_y, other_width in boxes[at + 1 :]:
            apart = x + width <= other_x or other_x + other_width <= x or abs(y - other_y) >= BOX
            assert apart, (x, y, other_x, other_y)


def test_the_arrow_points_at_what_is_needed() -> None:
    svg = draw(_nodes("a", "b"), [Edge("a", "b", critical=True)], "pair")
    left = _boxes(svg)["B"][0]
    assert f"L{left} " in svg.split("<path")[1]
    assert "<path class=heavy" in svg


def test_text_is_escaped_and_long_names_are_cut() -> None:
    nodes = [Node("a", "<script>alert(1)</script>", "x"), Node("b", 'B"b', "")]
    parsed = parse(draw(nodes, [Edge("a", "b")], 'a "title" <b>'))
    assert {tag for tag, _ in parsed.tags} == {"svg", "path", "a", "g", "rect", "text", "title"}
    assert "<script>alert(1)</script>" in parsed.text
    assert parsed.values("aria-label") == ['a "title" <b>']


def _star(count: int) -> Graph:
    leaves = tuple(f"s{number}" for number in range(count))
    return Graph(
        dependencies={"hub": leaves, **dict.fromkeys(leaves, ())},
        dependents={"hub": (), **dict.fromkeys(leaves, ("hub",))},
        broken=(),
        _referrers={},
    )


@pytest.mark.parametrize(("limit", "shown", "hidden"), [(100, 61, 0), (61, 61, 0), (40, 40, 21)])
def test_a_hub_is_cut_and_says_so(limit: int, shown: int, hidden: int) -> None:
    near = around(_star(60), "hub", 2, limit)
    assert (len(near.distance), near.hidden) == (shown, hidden)
    assert near.distance["hub"] == 0


def test_neighbours_on_both_sides_count_with_the_shorter_way() -> None:
    graph = Graph({"a": ("b",), "b": ("c",), "c": ("a",)}, {"a": ("c",), "b": ("a",), "c": ("b",)}, (), {})
    assert around(graph, "a", 2, 10).distance == {"a": 0, "b": 1, "c": 1}


_EDGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=14)


@settings(max_examples=300, deadline=None, database=None)
@given(st.integers(1, 10), _EDGES)
def test_every_node_and_every_edge_is_drawn_however_they_hang_together(
    count: int, pairs: list[tuple[int, int]]
) -> None:
    nodes = [Node(f"n{number}", f"N {number}") for number in range(count)]
    edges = {(a % count, b % count) for a, b in pairs if a % count != b % count}
    svg = str(draw([*nodes, nodes[0]], [Edge(f"n{a}", f"n{b}") for a, b in edges], "a graph"))
    assert svg.count("<path") == len(edges)
    assert all(f">N {number}<" in svg for number in range(count))
