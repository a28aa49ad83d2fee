"""What git's own settings tell: which remote counts, and which key signs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.trees import git as run

from lightship import git
from lightship.errors import GitError


@pytest.mark.parametrize(
    ("remotes", "chosen", "counts"),
    [
        ((), "", ""),
        (("origin",), "", "origin"),
        (("fork",), "", "fork"),
        (("fork", "other"), "", ""),
        (("fork", "origin"), "", "origin"),
        (("fork", "origin"), "fork", "fork"),
        (("origin",), "none", ""),
        (("origin",), "gone", ""),
        (("my.odd name",), "", "my.odd name"),
    ],
)
def test_which_remote_records_go_to(
    tmp_path: Path, remotes: tuple[str, ...], chosen: str, counts: str
) -> None:
    run(tmp_path, "init", "--quiet")
    for name in remotes:
        run(tmp_path, "config", f"remote.{name}.url", "https://example.com/x.git")
    if chosen:
        run(tmp_path, "config", "lightship.remote", chosen)
    assert git.remote(tmp_path) == counts


def test_settings_are_told_as_they_are(tmp_path: Path) -> None:
    run(tmp_path, "init", "--quiet")
    run(tmp_path, "config", "gpg.format", "ssh")
    run(tmp_path, "config", "user.signingkey", "~/my keys/id")
    told = git.settings_of(tmp_path, "gpg.format", "user.signingkey", "user.nothing")
    assert told == {"gpg.format": "ssh", "user.signingkey": "~/my keys/id"}


def test_a_git_that_was_killed_has_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for a repository without a remote: records would wait here, and nobody would know."""
    run(tmp_path, "init", "--quiet")
    killed = tmp_path / "shim/git"
    killed.parent.mkdir()
    killed.write_text("#!/bin/sh\nkill -9 $$\n", encoding="utf-8")
    killed.chmod(0o755)
    monkeypatch.setenv("PATH", str(killed.parent), prepend=":")
    with pytest.raises(GitError, match="reading git's settings"):
        git.remote(tmp_path)
