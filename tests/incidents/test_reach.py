"""How services hang together: hops, whether a failure carries, and through what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.catalog.kinds.service import Dependency
from lightship.incidents.reach import Needs, downstream, upstream


def needs(**edges: str) -> Needs:
    return {
        id: tuple(
            Dependency(service=word.rstrip("?"), critical=not word.endswith("?")) for word in words.split()
        )
        for id, words in edges.items()
    }


CHAIN = needs(web="shop ads?", shop="pay", pay="bank", bank="", ads="pay")


def test_hops_and_what_lies_between() -> None:
    ties = upstream(CHAIN, "web", 3)
    assert {id: tie.hops for id, tie in ties.items()} == {"shop": 1, "ads": 1, "pay": 2, "bank": 3}
    assert ties["bank"].via == ("shop", "pay")
    assert {id: tie.hops for id, tie in downstream(CHAIN, "pay", 1).items()} == {"shop": 1, "ads": 1}


def test_critical_is_what_one_way_is_all_along() -> None:
    ties = upstream(CHAIN, "web", 2)
    assert (ties["ads"].critical, ties["pay"].critical) == (False, True)
    assert downstream(CHAIN, "ads", 1)["web"].critical is False


def test_the_firmest_way_counts_even_where_another_is_shorter() -> None:
    ties = upstream(needs(a="z? b", b="z", z="y", y=""), "a", 2)
    assert (ties["z"].hops, ties["z"].via, ties["z"].critical) == (1, ("b",), True)
    # Two hops lead there only by the short way, which `a` can do without.
    assert (ties["y"].hops, ties["y"].critical) == (2, False)


@pytest.mark.parametrize("service", ["unknown", "bank"])
def test_nothing_is_needed_by_what_needs_nothing(service: str) -> None:
    assert upstream(CHAIN, service, 3) == {}


_GRAPHS = st.dictionaries(
    st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=4).map(" ".join)
)


@given(_GRAPHS, st.sampled_from("abcdef"), st.integers(1, 4))
def test_cycles_end_and_both_directions_agree(edges: dict[str, str], start: str, hops: int) -> None:
    graph = needs(**edges)
    for id, tie in upstream(graph, start, hops).items():
        assert id != start
        assert 1 <= tie.hops <= hops
        assert 0 < tie.weight <= 1
        assert tie.critical
        assert downstream(graph, id, hops)[start].hops == tie.hops
