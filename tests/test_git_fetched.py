"""Commits brought here by their ids, over HTTP as GitHub gives them; what nobody has any more is told apart from a dead line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.githttp import served
from tests.trees import commit
from tests.trees import git as run_git

from lightship import git
from lightship.errors import GitError


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A bare repository whose 'main' has one commit, and which keeps another that no branch has."""
    work = tmp_path / "work"
    commit(work, {"a": "1"})
    commit(work, {"a": "2"})
    run_git(tmp_path, "clone", "--quiet", "--bare", str(work), "origin.git")
    run_git(tmp_path / "origin.git", "update-ref", "refs/heads/main", "refs/heads/main~1")
    run_git(tmp_path / "origin.git", "config", "uploadpack.allowAnySHA1InWant", "true")
    return tmp_path / "origin.git"


def test_commits_come_by_their_ids_and_those_that_are_gone_are_named(origin: Path, tmp_path: Path) -> None:
    dropped = run_git(tmp_path / "work", "rev-parse", "HEAD")
    gone = ("f" * 40, "e" * 40)
    with served(tmp_path) as (address, _):
        clone = tmp_path / "clone"
        run_git(tmp_path, "clone", "--quiet", f"{address}/origin.git", str(clone))
        assert git.fetch_commits(clone, "origin", ()) == ()
        assert git.fetch_commits(clone, "origin", (gone[0], dropped, gone[1])) == gone
        assert git.resolve(clone, dropped) == dropped
        run_git(origin, "config", "uploadpack.allowAnySHA1InWant", "false")
        other = tmp_path / "other"
        run_git(tmp_path, "clone", "--quiet", f"{address}/origin.git", str(other))
        assert git.fetch_commits(other, "origin", (dropped,)) == (dropped,)
    with pytest.raises(GitError, match=r"fetching .*: origin cannot be reached"):
        git.fetch_commits(clone, "origin", gone)
