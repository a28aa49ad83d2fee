"""How long and how often is tried, and how little is asked of the remote where nobody else was there."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.journal.clones import clone, entry, origin, subjects
from tests.trees import git

from lightship.errors import GitError, RefMoved
from lightship.journal.races import PATIENCE, retried


class Clock:
    """A clock that goes on when somebody waits, or when an attempt takes its time."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.naps.append(round(seconds, 6))
        self.now += seconds

    def attempts(self, takes: float, failures: float) -> Callable[[], str]:
        """An attempt of `takes` seconds that others are quicker than, `failures` times."""
        left = iter(range(int(min(failures, 10_000))))

        def attempt() -> str:
            self.now += takes
            if next(left, None) is None:
                return "done"
            raise RefMoved("somebody else wrote first")

        return attempt


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Waits are as long as they may be."""
    made = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: made.now)
    monkeypatch.setattr(time, "sleep", made.sleep)
    monkeypatch.setattr(random, "uniform", lambda least, most: most - least)
    yield made


def test_nobody_else_was_there(clock: Clock) -> None:
    assert retried(clock.attempts(1, failures=0), 0) == "done"
    assert clock.naps == []


@pytest.mark.parametrize(
    ("takes", "naps"),
    [
        (0.0, [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]),
        (0.3, [0.3, 0.6, 1.2, 2.4, 4.8, 5.0, 5.0, 5.0, 5.0]),
        (7.0, [5.0] * 9),
    ],
)
def test_waits_begin_with_what_an_attempt_took_and_double(
    clock: Clock, takes: float, naps: list[float]
) -> None:
    assert retried(clock.attempts(takes, failures=9), patience=1000) == "done"
    assert clock.naps == naps


def test_a_wait_is_anything_from_nothing_on(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    spans: list[tuple[float, float]] = []
    monkeypatch.setattr(random, "uniform", lambda least, most: spans.append((least, most)) or 0.0)
    assert retried(clock.attempts(1, failures=2)) == "done"
    assert spans == [(0, 1.0), (0, 2.0)]


@pytest.mark.parametrize(("patience", "tries"), [(0.5, 1), (1.0, 2), (2.9, 2), (3.0, 3), (5.9, 3)])
def test_patience_ends(clock: Clock, patience: float, tries: int) -> None:
    """Attempts end 1, 3 (after 1 s of waiting) and 6 s (after 2 s) from the beginning."""
    begun = clock.now
    with pytest.raises(RefMoved, match="somebody else wrote first"):
        retried(clock.attempts(1, failures=100), patience)
    assert len(clock.naps) == tries - 1
    assert clock.now - begun > patience


def test_patience_is_minutes(clock: Clock) -> None:
    begun = clock.now
    with pytest.raises(RefMoved):
        retried(clock.attempts(1, failures=1e9))
    assert PATIENCE < clock.now - begun < PATIENCE + 10


def test_many_short_tries_are_no_error(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda least, most: least)
    assert retried(clock.attempts(0, failures=2000)) == "done"


def test_what_is_no_race_is_not_tried_again(clock: Clock) -> None:
    def attempt() -> None:
        raise GitError("no such thing")

    with pytest.raises(GitError, match="no such thing"):
        retried(attempt)
    assert clock.naps == []


def talks(calls: Path) -> list[str]:
    """What the remote was asked since the last look."""
    words = [word for line in calls.read_text(encoding="utf-8").splitlines() for word in line.split()]
    calls.write_text("", encoding="utf-8")
    return [word for word in words if word in ("fetch", "push")]


def test_the_remote_is_asked_no_more_than_it_must_be(tmp_path: Path, calls: Path) -> None:
    bare = origin(tmp_path)
    a, b = clone(bare, "a"), clone(bare, "b")
    a.append([entry("a1")])
    talks(calls)
    assert a.publish().done
    assert talks(calls) == ["push"]
    assert a.publish().done
    assert talks(calls) == ["fetch"]  # only the remote knows whether there is more
    assert b.publish().done
    assert talks(calls) == ["fetch"]
    b.append([entry("b1")])
    assert b.publish().done
    assert talks(calls) == ["push"]
    a.append([entry("a2")])
    assert a.publish().done
    assert talks(calls) == ["push", "fetch", "push"]
    assert b.claim(entry("job", "job.claimed")).won
    assert talks(calls) == ["fetch", "push"]
    git(bare, "update-ref", "-d", "refs/heads/journal")
    assert a.publish().done  # nothing of ours waits, and the remote has nothing
    assert talks(calls) == ["fetch", "push"]
    assert subjects(a.entries()) == ["a1", "a2", "b1"]


def test_nothing_anywhere_is_asked_for_once(tmp_path: Path, calls: Path) -> None:
    journal = clone(origin(tmp_path), "a")
    calls.touch()
    assert journal.publish().done
    assert talks(calls) == ["fetch"]
