"""Which runs may still be busy, and what is asked with whose settings."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.trees import commit, git

from lightship import commandline
from lightship.commandline import acting
from lightship.errors import CouldNotRun

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AN_HOUR_AGO = NOW - timedelta(hours=1)


def test_a_process_of_this_machine_is_looked_for() -> None:
    run = acting.run(False)
    assert run.id.startswith("local:")
    assert acting.living(run.id, AN_HOUR_AGO, NOW)
    code = "from lightship.commandline import acting; print(acting.run(False).id)"
    gone = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert gone.rpartition(":")[0].rpartition(":")[0] == run.id.rpartition(":")[0].rpartition(":")[0]
    assert not acting.living(gone, NOW, NOW)


def test_a_number_that_another_process_has_now_is_not_the_same_run() -> None:
    kind, machine, _, _ = acting.run(False).id.split(":")
    assert not acting.living(f"{kind}:{machine}:{os.getpid()}:1", NOW, NOW)
    assert not acting.living(f"{kind}:{machine}:nonsense:1", NOW, NOW)


@pytest.mark.parametrize("run", ["github:17:1", "local:ffffffffffff:1:1", "", "anything"])
def test_what_ran_elsewhere_has_ten_minutes(run: str) -> None:
    assert acting.living(run, NOW - timedelta(minutes=10) + timedelta(seconds=1), NOW)
    assert not acting.living(run, NOW - timedelta(minutes=10), NOW)


def test_a_workflows_run_is_named_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_RUN_ID", "17")
    run = acting.run(True)
    assert (run.id, run.actor.via, run.offline) == ("github:17:1", "workflow", True)


def test_settings_that_cannot_be_read_take_no_connector_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was granted has to end, whatever somebody did to lightship.yaml."""
    monkeypatch.setenv("LIGHTSHIP_GITHUB_TOKEN", "ghp_0123456789abcdef")
    commit(tmp_path, {"lightship.yaml": "name: Test\nconnectors:\n  github: {}\n"})
    broken = commit(tmp_path, {"lightship.yaml": "name: [\n"})
    found = acting.vendors(tmp_path, broken, acting.Clock())
    assert found.find("github.add_team_member") is not None
    assert found.find("aws.grant_access") is None


def test_without_settings_everything_is_simulated(tmp_path: Path) -> None:
    bare = commit(tmp_path, {"README.md": "hello\n"})
    assert list(acting.vendors(tmp_path, bare, acting.Clock()).all()) == []


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose remote protects `main`, and records in `journal`; what it shows is another branch, with other words."""
    work = tmp_path / "work"
    commit(work, {"lightship.yaml": "name: Test\n"})
    git(work, "clone", "--quiet", "--bare", ".", str(tmp_path / "hub.git"))
    git(work, "remote", "add", "origin", str(tmp_path / "hub.git"))
    git(work, "checkout", "--quiet", "-b", "evil")
    commit(work, {"lightship.yaml": "name: Evil\nbranches: { main: evil, journal: fresh }\n"})
    git(work, "push", "--quiet", "origin", "evil")
    return work


def test_no_branch_says_itself_that_it_is_protected(clone: Path) -> None:
    shown = commandline.settings(clone)
    found = acting.protected(clone, shown)
    assert (shown.branches.main, shown.branches.journal) == ("evil", "fresh")
    assert (found.name, found.branches.main, found.branches.journal) == ("Test", "main", "journal")


def test_the_default_branch_may_name_another_one(clone: Path) -> None:
    git(clone, "checkout", "--quiet", "main")
    commit(clone, {"lightship.yaml": "name: Default\nbranches: { main: trunk }\n"})
    git(clone, "push", "--quiet", "origin", "main")
    git(clone, "checkout", "--quiet", "evil")
    assert acting.protected(clone, commandline.settings(clone)).branches.main == "trunk"


def test_settings_that_broke_on_the_protected_branch_are_those_of_before(clone: Path) -> None:
    git(clone, "checkout", "--quiet", "main")
    commit(clone, {"lightship.yaml": "branches: [\n"})
    git(clone, "push", "--quiet", "origin", "main")
    git(clone, "checkout", "--quiet", "evil")
    assert acting.protected(clone, commandline.settings(clone)).name == "Test"


def test_a_remote_without_settings_says_nothing(clone: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "empty.git")
    git(clone, "remote", "set-url", "origin", str(tmp_path / "empty.git"))
    assert acting.protected(clone, commandline.settings(clone)).name == "Evil"


def test_a_remote_that_cannot_be_asked_is_no_leave_to_act(clone: Path) -> None:
    git(clone, "remote", "set-url", "origin", str(clone / "nowhere"))
    with pytest.raises(CouldNotRun, match=r"cannot be reached.*--offline"):
        acting.protected(clone, commandline.settings(clone))
