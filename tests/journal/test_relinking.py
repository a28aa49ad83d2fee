"""However two clones take turns at writing and meeting, every entry stays as it was, byte for byte."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.journal import clones
from tests.journal.clones import clone, entry, origin

from lightship.journal.inspection import inspect

# Which clone does what: writes so many entries, or meets the remote (0).
TURNS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3)), max_size=6)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def take_turns(turns: list[tuple[str, int]], text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bare = origin(Path(folder))
        journals = {name: clone(bare, name) for name in "ab"}
        written: dict[str, bytes] = {}
        for name, count in turns:
            if count:
                made = [entry(f"{name}{len(written) + n}", text=text) for n in range(count)]
                written |= {each.id: each.to_bytes() for each in made}
                journals[name].append(made)
            else:
                assert journals[name].publish().done
        for name in "aba":
            assert journals[name].publish().done
        a, b = journals.values()
        assert a.tip() == b.tip()
        assert {each.id: each.to_bytes() for each in a.entries()} == written
        report = inspect(a)
        assert (report.entries, report.troubles, report.notes) == (len(written), (), ())


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(TURNS, TEXTS)
def test_any_interleaving(turns: list[tuple[str, int]], text: str) -> None:
    take_turns(turns, text)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(TURNS, TEXTS)
def test_any_of_many_interleavings(turns: list[tuple[str, int]], text: str) -> None:
    take_turns(turns, text)


def test_a_batch_goes_in_one_push(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    journal = clone(bare, "a")
    journal.append(clones.entries(300))
    assert journal.publish().done
    assert (inspect(journal).entries, inspect(journal).troubles) == (300, ())
