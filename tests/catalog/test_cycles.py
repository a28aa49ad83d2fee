"""Cycles: each knot once, by its shortest way, whatever its size."""

from __future__ import annotations

import time

import pytest

from lightship.catalog.cycles import arrows, cycles


@pytest.mark.parametrize(
    ("edges", "found"),
    [
        ({}, ()),
        ({"a": ("b",), "b": ("c",), "c": ()}, ()),
        ({"a": ("a",)}, (("a",),)),
        ({"a": ("b",), "b": ("a",)}, (("a", "b"),)),
        ({"b": ("c",), "c": ("a",), "a": ("b",)}, (("a", "b", "c"),)),
        ({"a": ("b", "c"), "b": ("c",), "c": ("a",)}, (("a", "c"),)),
        ({"d": ("e",), "e": ("d",), "a": ("b",), "b": ("a", "d")}, (("a", "b"), ("d", "e"))),
        ({"a": ("b", "gone"), "b": ("a",)}, (("a", "b"),)),
        ({"a": ("b", "c"), "b": ("d",), "c": ("d",), "d": ()}, ()),
    ],
)
def test_each_knot_is_named_once(
    edges: dict[str, tuple[str, ...]], found: tuple[tuple[str, ...], ...]
) -> None:
    assert cycles(edges) == found


def test_a_long_chain_and_a_dense_graph_take_no_time() -> None:
    ring = {str(at): (str((at + 1) % 20_000),) for at in range(20_000)}
    dense = {str(at): tuple(str(other) for other in range(300) if other != at) for at in range(300)}
    start = time.process_time()
    assert [len(cycle) for cycle in cycles(ring)] == [20_000]
    assert [len(cycle) for cycle in cycles(dense)] == [2]
    assert time.process_time() - start < 2


def test_arrows_close_the_circle_and_shorten_a_long_one() -> None:
    assert arrows(("a",)) == "a → a"
    assert arrows(("a", "b")) == "a → b → a"
    assert arrows(tuple("abcdefghijkl")) == "a → b → c → d → … → j → k → l → a"
