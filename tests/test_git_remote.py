"""Pushing to a server that asks for a password: the workflow's token goes there, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.githttp import served
from tests.trees import commit
from tests.trees import git as run_git

from lightship import git
from lightship.errors import GitError

TOKEN = "canary-7c1f"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    run_git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    commit(tmp_path / "work", {"a": "1"})
    return tmp_path / "work"


def test_the_token_is_sent_to_the_server_it_is_for(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path, TOKEN) as (address, _):
        run_git(clone, "remote", "add", "origin", f"{address}/origin.git")
        monkeypatch.setenv("LIGHTSHIP_PUSH_TOKEN", TOKEN)
        monkeypatch.setenv("GITHUB_SERVER_URL", address)
        head = git.resolve(clone, "HEAD")
        git.push_branch(clone, "origin", head, "journal")
        assert git.fetch_branch(clone, "origin", "journal") == head
    assert run_git(tmp_path / "origin.git", "rev-parse", "journal") == head
    assert TOKEN not in (clone / ".git/config").read_text(encoding="utf-8")


def test_another_server_never_sees_it(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path, TOKEN) as (address, asked):
        run_git(clone, "remote", "add", "origin", f"{address}/origin.git")
        monkeypatch.setenv("LIGHTSHIP_PUSH_TOKEN", TOKEN)
        with pytest.raises(GitError) as refused:
            git.push_branch(clone, "origin", git.resolve(clone, "HEAD"), "journal")
    assert asked and not any(asked)
    assert TOKEN not in str(refused.value)
