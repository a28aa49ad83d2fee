"""Months of hourly runs, with everything that goes wrong in them. A seed that fails is played again by its number."""

from __future__ import annotations

import pytest
from tests.actions.simulation import Story


@pytest.mark.parametrize("seed", [0, 1, 2, 1184, 1235])
def test_thirty_days(seed: int) -> None:
    Story(seed).play()


@pytest.mark.parametrize("seed", range(100, 124))
def test_five_days(seed: int) -> None:
    Story(seed, 5).play()


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 2000, 25))
def test_a_thousand_times_thirty_days(first: int) -> None:
    for seed in range(first, first + 25):
        Story(seed).play()


def test_a_story_is_the_same_each_time() -> None:
    one, other = Story(7, 6), Story(7, 6)
    one.play()
    other.play()
    assert [entry.data for entry in one.world.ref.entries] == [
        entry.data for entry in other.world.ref.entries
    ]
    assert one.grants.ever == other.grants.ever
    assert one.numbers > 10
    assert one.grants.taken
