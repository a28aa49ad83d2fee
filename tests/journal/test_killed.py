"""Processes killed at every step of recording, once and twice: nothing is lost, nothing doubled, and the journal is whole."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.journal import clones, killing
from tests.journal.clones import ROOT, subjects
from tests.trees import TEAM, Done, commit, git, lightship

from lightship.journal.inspection import inspect
from lightship.journal.store import Journal

_Way = Callable[[int], Mapping[str, str]]
SERVICE = {
    **TEAM,
    "catalog/services/shop.yaml": "name: Shop\nowner: payments\n",
    "lightship.yaml": "name: Test\n",
}


def record(journal: Journal, subject: str, environment: Mapping[str, str] | None = None) -> tuple[bool, str]:
    return killing.run(["-m", "tests.journal.recorder", str(journal.root), subject], ROOT, environment or {})


def converge(journal: Journal, told: set[str], begun: set[str]) -> None:
    """One more run, and everything is as it should be: what was told is there, once, and the rest once or never."""
    wait_for_orphans(journal)
    killed, said = record(journal, "last")
    assert (killed, said) == (False, "recorded\npushed\n")
    there = subjects(journal.entries())
    assert len(there) == len(set(there))
    assert told | {"last"} <= set(there) <= begun | {"last"}
    assert inspect(journal).troubles == ()
    assert inspect(journal).notes == ()
    assert journal.pending() == 0
    assert not list(journal.kept.anchor_path.parent.glob("*.entries"))
    assert not list(journal.kept.anchor_path.parent.glob("*.half"))
    assert "refs/lightship" not in git(journal.root, "for-each-ref")


def wait_for_orphans(journal: Journal) -> None:
    """A git whose parent was killed goes on; what it holds is let go when it ends."""
    end = time.monotonic() + 20
    while list((journal.root / ".git/refs").rglob("*.lock")) and time.monotonic() < end:
        time.sleep(0.02)


def every(tmp_path: Path, way: _Way, again: int = 0) -> int:
    """Kill at step 1, 2, … until a run comes through; with `again`, kill the next run at that step too."""
    journal = clones.clone(clones.origin(tmp_path), "a")
    told, begun = set(), set()
    for number in range(1, 200):
        subject = f"n{number}"
        begun.add(subject)
        killed, said = record(journal, subject, way(number))
        if "recorded" in said:
            told.add(subject)
        if again:
            begun.add(f"{subject}-again")
            _, more = record(journal, f"{subject}-again", way(again))
            if "recorded" in more:
                told.add(f"{subject}-again")
        if not killed and "pushed" in said:
            converge(journal, told, begun)
            return number
        if number % 8 == 0:
            converge_quietly(journal, told, begun)
    raise AssertionError("no run came through")


def converge_quietly(journal: Journal, told: set[str], begun: set[str]) -> None:
    wait_for_orphans(journal)
    journal.finish()
    there = subjects(journal.entries())
    assert len(there) == len(set(there))
    assert told <= set(there) <= begun
    assert inspect(journal).troubles == ()


def test_killed_before_every_step(tmp_path: Path) -> None:
    assert every(tmp_path, lambda number: killing.at_a_step(tmp_path, number)) > 15


@pytest.mark.slow
@pytest.mark.parametrize("again", [3, 7, 11, 13, 17])
def test_killed_twice(tmp_path: Path, again: int) -> None:
    assert every(tmp_path, lambda number: killing.at_a_step(tmp_path, number), again) > 15


@pytest.mark.parametrize(
    "how", ["during", *(pytest.param(how, marks=pytest.mark.slow) for how in killing.HOW if how != "during")]
)
def test_killed_around_every_call_of_git(tmp_path: Path, how: str) -> None:
    assert every(tmp_path, lambda number: killing.at_a_call(tmp_path, number, how)) > 8


def test_what_was_begun_is_finished_by_the_next_command(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    commit(root, SERVICE)
    journal = Journal(root, "journal")
    batch = None
    for number in range(1, 40):
        killed, _ = record(journal, "begun", killing.at_a_step(tmp_path, number))
        batch = next(iter(sorted(journal.kept.anchor_path.parent.glob("*.entries"))), None)
        if killed and batch:
            break
    assert batch
    noted = lightship(root, "journal", "verify")
    assert "interrupted" in noted.err
    done = lightship(root, "journal", "sync")
    assert "recorded what an interrupted command had begun: test.said of begun" in done.err
    assert subjects(journal.entries()) == ["begun"]
    assert "interrupted" not in lightship(root, "journal", "sync").err


@pytest.mark.parametrize("ref", ["refs/heads/journal", "refs/remotes/origin/journal"])
def test_a_lock_that_a_killed_git_left(tmp_path: Path, ref: str) -> None:
    journal = clones.clone(clones.origin(tmp_path), "a")
    journal.append([clones.entry("first")])
    assert journal.publish().done
    lock = journal.root / ".git" / f"{ref}.lock"
    lock.touch()
    os.utime(lock, (time.time() - 60, time.time() - 60))
    other = clones.clone(tmp_path / "origin.git", "b")
    other.append([clones.entry("theirs")])
    assert other.publish().done
    journal.append([clones.entry("second")])
    assert journal.publish(patience=20).done
    assert subjects(journal.entries()) == ["first", "second", "theirs"]
    assert not lock.exists()


def declare(root: Path, environment: Mapping[str, str]) -> Done:
    words = (
        "incident",
        "declare",
        "--service",
        "shop",
        "--severity",
        "SEV2",
        "--title",
        "Down",
        "--format",
        "json",
    )
    return lightship(root, *words, "--offline", env=environment)


@pytest.mark.slow
def test_a_declaration_killed_at_every_step_is_one_incident(tmp_path: Path) -> None:
    """The real command, killed and given again, as somebody at a keyboard would."""
    root = tmp_path / "shop"
    commit(root, SERVICE)
    for number in range(1, 300):
        folder = tmp_path / str(number)
        git(tmp_path, "clone", "--quiet", str(root), folder.name)
        killed = declare(folder, killing.at_a_step(tmp_path, number))
        done = declare(folder, {})
        assert done.code == 0, done.err
        listed = lightship(folder, "incident", "list", "--all", "--format", "json")
        assert listed.code == 0, listed.err
        assert [incident["id"] for incident in json.loads(listed.out)] == [json.loads(done.out)["id"]]
        assert lightship(folder, "journal", "verify").code == 0
        if killed.code == 0:
            return
    raise AssertionError("no run came through")
