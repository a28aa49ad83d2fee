"""Many processes at one bare repository: nothing is lost, nothing doubled, and a claim has one winner."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journal import clones
from tests.journal.clones import running, subjects

from lightship.journal.inspection import inspect
from lightship.journal.store import Journal


@pytest.mark.parametrize(("writers", "each"), [(5, 5), pytest.param(32, 50, marks=pytest.mark.slow)], ids=str)
def test_many_writers_lose_nothing(tmp_path: Path, writers: int, each: int) -> None:
    bare = clones.origin(tmp_path)
    journals = [clones.clone(bare, f"w{number}") for number in range(writers)]
    processes = [running("writer", journal.root, journal.root.name, each) for journal in journals]
    assert [process.wait() for process in processes] == [0] * writers
    reader = clones.clone(bare, "reader")
    assert reader.publish().done
    written = sorted(f"w{number}-{n}" for number in range(writers) for n in range(each))
    assert subjects(reader.entries()) == written
    report = inspect(reader)
    assert (report.entries, report.troubles) == (writers * each, ())


def test_many_processes_in_one_clone(tmp_path: Path) -> None:
    journal = clones.clone(clones.origin(tmp_path), "shared")
    processes = [running("writer", journal.root, f"p{number}", 4) for number in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    assert subjects(journal.entries()) == sorted(f"p{number}-{n}" for number in range(4) for n in range(4))
    assert journal.pending() == 0
    assert inspect(journal).troubles == ()


@pytest.mark.parametrize(
    ("racers", "rounds"), [(4, 4), pytest.param(16, 100, marks=pytest.mark.slow)], ids=str
)
def test_one_winner_a_round(tmp_path: Path, racers: int, rounds: int) -> None:
    bare = clones.origin(tmp_path)
    _race([clones.clone(bare, f"r{number}") for number in range(racers)], rounds)
    reader = clones.clone(bare, "reader")
    assert reader.publish().done
    assert subjects(reader.entries()) == sorted(f"round-{number}" for number in range(rounds))
    assert inspect(reader).troubles == ()


def test_one_winner_a_round_without_a_remote(tmp_path: Path) -> None:
    journal = clones.clone(clones.origin(tmp_path), "alone")
    clones.git(journal.root, "remote", "remove", "origin")
    _race([journal] * 4, 4)
    assert subjects(journal.entries()) == [f"round-{number}" for number in range(4)]


def _race(journals: list[Journal], rounds: int) -> None:
    """All claim the same at once, round by round; one wins, and all know who."""
    processes = [running("racer", journal.root, f"r{number}") for number, journal in enumerate(journals)]
    for number in range(rounds):
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(f"round-{number}\n")
            process.stdin.flush()
        answers = [process.stdout.readline().split() for process in processes if process.stdout]
        winners = [f"r{racer}" for racer, answer in enumerate(answers) if answer[0] == "won"]
        assert len(winners) == 1
        assert {answer[1] for answer in answers} == set(winners)
    for process in processes:
        process.communicate()
