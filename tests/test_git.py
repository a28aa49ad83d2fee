"""The door to git: real repositories, exact bytes, and words that help when git says no."""

from __future__ import annotations

import os
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
    assert {path: git.sizes(tmp_path, ids.values())[id] for path, id in ids.items()} == {
        path: len(data) for path, data in content.items()
    }
    assert git.blobs(tmp_path, []) == git.sizes(tmp_path, []) == {}


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
    with pytest.raises(GitError, match=r"0{40}: the object is missing"):
        git.sizes(tmp_path, ["0" * 40])


def test_the_repositorys_own_hooks_and_settings_do_not_run(tmp_path: Path) -> None:
    commit(tmp_path, {"a": "1"})
    witness = tmp_path / "ran"
    run_git(tmp_path, "config", "core.fsmonitor", f"touch {witness}; false")
    git.changed_paths(tmp_path, "HEAD", None)
    assert not witness.exists()


def test_outside_a_repository_git_says_so(tmp_path: Path) -> None:
    assert not git.is_repository(tmp_path)
    with pytest.raises(GitError, match=r"not a git repository.*git init"):
        git.resolve(tmp_path, "HEAD")


def test_a_clone_without_contents_says_so(tmp_path: Path) -> None:
    commit(tmp_path / "whole", {"a": "1"})
    run_git(tmp_path / "whole", "config", "uploadpack.allowFilter", "true")
    source = (tmp_path / "whole").as_uri()
    run_git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", source, "part")
    with pytest.raises(GitError, match="clone without --filter"):
        git.blobs(tmp_path / "part", [entry.id for entry in git.tree(tmp_path / "part", "HEAD")])


def test_a_shallow_clone_says_how_to_fetch(tmp_path: Path) -> None:
    commit(tmp_path / "whole", {"a": "1"})
    commit(tmp_path / "whole", {"a": "2"})
    run_git(tmp_path, "clone", "--quiet", "--depth=1", (tmp_path / "whole").as_uri(), "part")
    with pytest.raises(GitError, match="fetch-depth: 0"):
        git.resolve(tmp_path / "part", "HEAD~1")


@pytest.mark.parametrize("ref", ["--output=x", "-x", "HEAD:a", "HEAD^{tree}", "", "HEAD..HEAD", "x y"])
def test_a_ref_is_never_an_option(tmp_path: Path, ref: str) -> None:
    commit(tmp_path, {"a": "1"})
    for attempt in (git.resolve, git.names, git.tree):
        with pytest.raises(GitError, match="no such commit"):
            attempt(tmp_path, ref)
    with pytest.raises(GitError, match="no such commit"):
        git.changed_paths(tmp_path, "HEAD", ref)
    assert not (tmp_path / "x").exists()


def test_a_folder_inside_a_repository_has_its_own_paths(tmp_path: Path) -> None:
    base = commit(tmp_path, {"catalog/a": "1", "portal/catalog/b": "1", "portal/.gitignore": "ignored\n"})
    head = commit(tmp_path, {"catalog/a": "2", "portal/catalog/b": "2"})
    write(tmp_path, {"portal/catalog/new": "1", "portal/ignored": "1", "outside": "1"})
    inside = tmp_path / "portal"
    assert git.names(inside, base) == (".gitignore", "catalog")
    assert [entry.path for entry in git.tree(inside, base, ["catalog"])] == ["catalog/b"]
    assert git.changed_paths(inside, base, head) == ("catalog/b",)
    assert git.changed_paths(inside, base, None) == ("catalog/b", "catalog/new")


def test_a_touched_file_has_not_changed(tmp_path: Path) -> None:
    head = commit(tmp_path, {"a": "1"})
    os.utime(tmp_path / "a", (1, 1))
    assert git.changed_paths(tmp_path, head, None) == ()


def test_identity(tmp_path: Path) -> None:
    commit(tmp_path, {"a": "1"})
    assert git.identity(tmp_path) == (None, None)
    run_git(tmp_path, "config", "user.email", "bo@example.com")
    assert git.identity(tmp_path) == (None, "bo@example.com")


def test_a_missing_git_is_not_taken_for_a_missing_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(tmp_path, {"a": "1"})
    monkeypatch.setenv("PATH", str(tmp_path))
    for ask in (lambda: git.resolve(tmp_path, "HEAD"), lambda: git.identity(tmp_path)):
        with pytest.raises(GitError, match="not installed"):
            ask()
