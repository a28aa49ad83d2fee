"""On simulated incidents that nothing was tuned on, the ranking finds the culprit clearly more often than simpler ways."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def bench(root: Path) -> Iterator[ModuleType]:
    """The benchmark as a module, which finds those beside it as a script does."""
    folder = str(root / "benchmarks")
    sys.path.insert(0, folder)
    try:
        yield importlib.import_module("correlation")
    finally:
        sys.path.remove(folder)


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
    assert bench.simulated(bench.HELD_OUT, 6, 7) == bench.simulated(bench.HELD_OUT, 6, 7)
    assert bench.simulated(bench.HELD_OUT, 6, 7) != bench.simulated(bench.HELD_OUT, 6, 8)


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
