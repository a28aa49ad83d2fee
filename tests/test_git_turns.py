"""Taking turns at a remote: whoever dies gives its turn back, and clones of one remote know each other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.trees import git as run_git

from lightship import git

HOLDS = """
import sys, time
from pathlib import Path
from lightship import git
with git.turn(Path(sys.argv[1]), "origin") as free:
    print(free, flush=True)
    sys.stdin.read()
"""


def clone(folder: Path, name: str, address: str) -> Path:
    run_git(folder, "init", "--quiet", name)
    run_git(folder / name, "remote", "add", "origin", address)
    return folder / name


@pytest.mark.parametrize("how", ["killed", "ended"])
def test_a_turn_is_given_back(tmp_path: Path, how: str) -> None:
    one, other = (
        clone(tmp_path, "a", "../origin.git"),
        clone(tmp_path, "b", (tmp_path / "origin.git").as_uri()),
    )
    words = [sys.executable, "-c", HOLDS, str(one)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        assert holder.stdout.readline() == "True\n"
        waiter = subprocess.Popen(
            [*words[:3], str(other)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            waiter.wait(0.5)
        holder.kill() if how == "killed" else holder.stdin.close()
        with waiter:
            assert waiter.communicate()[0] == "False\n"
    with git.turn(one, "origin") as free:
        assert free


def test_other_remotes_do_not_wait(tmp_path: Path) -> None:
    one, other = clone(tmp_path, "a", "../x.git"), clone(tmp_path, "b", "https://example.com/x.git")
    with git.turn(one, "origin") as first, git.turn(other, "origin") as second:
        assert first and second


def test_where_no_lock_can_be_there_is_no_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = clone(tmp_path, "a", "../x.git")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with git.turn(root, "origin") as first, git.turn(root, "origin") as second:
        assert first and second
