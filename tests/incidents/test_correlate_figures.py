"""On simulated incidents that nothing was tuned on, the ranking finds the culprit clearly more often than simpler ways."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def bench(root: Path) -> ModuleType:
    """The benchmark as a module."""
    spec = importlib.util.spec_from_file_location("correlation", root / "benchmarks" / "correlation.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["correlation"] = module
    spec.loader.exec_module(module)
    return module


def test_it_beats_both_baselines_on_graphs_and_seeds_that_it_was_not_tuned_on(
    bench: ModuleType, shared: Path
) -> None:
    held = bench.simulated(bench.HELD_OUT, 300, bench.HELD_OUT_SEED)
    scores = bench.evaluate(held)
    ours = scores.pop("ranked by Lightship")
    assert ours.n >= 300
    assert ours.top1 >= 0.58
    assert ours.top3 >= 0.80
    assert len(scores) == 2
    for name, other in scores.items():
        assert ours.top1 >= other.top1 + 0.10, name
        assert ours.top3 >= other.top3 + 0.15, name


def test_what_was_tuned_on_is_never_reported_as_held_out(bench: ModuleType) -> None:
    assert not set(bench.TUNED_ON) & set(bench.HELD_OUT)
    assert bench.TUNING_SEED != bench.HELD_OUT_SEED


def test_the_incidents_lack_what_real_ones_lack(bench: ModuleType, shared: Path) -> None:
    held = bench.simulated(bench.HELD_OUT, 300, bench.HELD_OUT_SEED)
    culprits = [next(each for each in case.changes if each.id == case.culprit) for case in held]
    assert sum(case.hit.since != "impact" for case in held) >= 20
    assert sum(not change.services for change in culprits) >= 5
    assert sum(case.hops > 0 for case in held) >= 80
    assert sum(case.hops > 2 for case in held) >= 3
    assert all(len(case.changes) > 20 for case in held)


def test_the_same_seed_gives_the_same_incidents(bench: ModuleType) -> None:
    edges = next(iter(bench.graphs(bench.HELD_OUT).values()))
    assert list(bench.cases(edges, 5, 7)) == list(bench.cases(edges, 5, 7))
    assert list(bench.cases(edges, 5, 7)) != list(bench.cases(edges, 5, 8))


def test_it_prints_the_figures_beside_the_baselines(
    bench: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.main(40)
    printed = capsys.readouterr().out
    assert "held out: 40 incidents on" in printed
    for name in bench.METHODS:
        assert name in printed
    assert "top 1" in printed
    assert "top 3" in printed
