"""The door to git: real repositories, exact bytes, and words that help when git says no."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.trees import commit, write
from tests.trees import git as run_git

from lightship import git
from lightship.errors import GitError


def test_merge_base_and_what_changed_since(tmp_path: Path) -> None:
    base = commit(tmp_path, {"a": "1", "b": "1", "gone": "1"})
    run_git(tmp_path, "switch", "--quiet", "--create", "topic")
    head = commit(tmp_path, {"b": "2", "gone": None})
    run_git(tmp_path, "switch", "--quiet", "main")
    main = commit(tmp_path, {"a": "2"})
    assert git.merge_base(tmp_path, "main", "topic") == base
    assert git.changed_paths(tmp_path, base, head) == ("b", "gone")
    assert git.changed_paths(tmp_path, base, main) == ("a",)
    write(tmp_path, {"new \u00e9\n.txt": "x", "b": "3"})
    assert git.changed_paths(tmp_path, main, None) == ("b", "new \u00e9\n.txt")


def test_blobs_come_back_byte_for_byte(tmp_path: Path) -> None:
    content = {"a": b"", "b": b"\r\n\0\xff", "c": b"x" * 100_000, "d": b"no newline"}
    commit(tmp_path, content)
    ids = {entry.path: entry.id for entry in git.tree(tmp_path, "HEAD")}
    found = git.blobs(tmp_path, ids.values())
    assert {path: found[id] for path, id in ids.items()} == content
    assert git.blobs(tmp_path, []) == {}


def test_histories_that_never_met(tmp_path: Path) -> None:
    commit(tmp_path, {"a": "1"})
    run_git(tmp_path, "switch", "--quiet", "--orphan", "other")
    commit(tmp_path, {"b": "1"})
    with pytest.raises(GitError, match="fetch-depth: 0"):
        git.merge_base(tmp_path, "main", "other")


def test_a_missing_object_is_named(tmp_path: Path) -> None:
    commit(tmp_path, {"a": "1"})
    with pytest.raises(GitError, match=r"0{40}: the object is missing"):
        git.blobs(tmp_path, ["0" * 40])


def test_the_repositorys_own_hooks_and_settings_do_not_run(tmp_path: Path) -> None:
    commit(tmp_path, {"a": "1"})
    witness = tmp_path / "ran"
    run_git(tmp_path, "config", "core.fsmonitor", f"touch {witness}; false")
    git.changed_paths(tmp_path, "HEAD", None)
    assert not witness.exists()


def test_outside_a_repository_git_says_so(tmp_path: Path) -> None:
    assert not git.is_repository(tmp_path)
    with pytest.raises(GitError, match="no such commit"):
        git.resolve(tmp_path, "HEAD")


def test_identity(tmp_path: Path) -> None:
    commit(tmp_path, {"a": "1"})
    assert git.identity(tmp_path) == (None, None)
    run_git(tmp_path, "config", "user.email", "bo@example.com")
    assert git.identity(tmp_path) == (None, "bo@example.com")
