"""Whoever types what a document shows gets what it says: ids are those that were printed, all else is as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from textwrap import dedent

import pytest
from tests.docs import documents
from tests.trees import Done, git, lightship

SHIPPED = ("actions", "catalog", "scorecards", "lightship.yaml")


@pytest.fixture
def shop(demo: Path, tmp_path: Path) -> Path:
    """The demo as somebody cloned it, with keys for everybody."""
    root = tmp_path / "shop"
    root.mkdir()
    for name in SHIPPED:
        copy = shutil.copytree if (demo / name).is_dir() else shutil.copy
        copy(demo / name, root / name)
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Clone")
    return root


def walk(root: Path, text: str, first: str) -> list[tuple[str, Done]]:
    """Type the commands of the blocks of `text` from the one that begins with `first` on; all of them go well."""
    known: dict[str, str] = {}
    done = []
    shown = [line for line in documents.commands(text) if "[" not in line and "…" not in line]
    for line in shown[next(at for at, line in enumerate(shown) if line.startswith(first)) :]:
        words = [known.get(word, word) for word in shlex.split(line)[1:]]
        result = lightship(root, *words)
        assert result.code == 0, f"{line}: {result.err}"
        for mark, pattern in (("k7qm", r"inc-\d{8}-\w+"), ("3dqxqa", r"req-\w{26}")):
            if found := re.search(pattern, result.out):
                known.setdefault(mark, found[0][-6:] if mark != "k7qm" else found[0])
        done.append((line, result))
    return done


def test_the_walk_from_asking_to_the_end(shop: Path) -> None:
    text = documents.ROOT.joinpath("README.md").read_text(encoding="utf-8")
    block = re.search(r"```sh\n( *lightship demo keys.*?\n) *```", text, re.DOTALL)
    assert block
    walked = dict(walk(shop, f"```sh\n{dedent(block[1])}```\n", "lightship demo keys"))
    assert any("simulated" in result.out for result in walked.values())
    assert git(shop, "status", "--porcelain") == ""
    keys = lightship(shop, "demo", "keys")
    assert (keys.code, keys.out.startswith("0 new keys")) == (0, True)


def test_the_page_for_when_github_is_down(shop: Path, tmp_path: Path) -> None:
    assert lightship(shop, "demo", "keys").code == 0
    git(shop, "config", "--unset", "lightship.remote")
    remote = tmp_path / "github.git"
    git(shop, "clone", "--quiet", "--bare", str(shop), str(remote))
    git(shop, "remote", "add", "origin", str(remote))
    remote.rename(tmp_path / "down.git")
    page = documents.ROOT.joinpath("docs/when-github-is-down.md").read_text(encoding="utf-8")
    offline, _, back = page.partition("**5. When it is back**")
    walked = walk(shop, offline, "lightship incident declare")
    assert all("--offline" in line for line, _ in walked)
    assert any("simulated" in result.out + result.err for _, result in walked)
    (tmp_path / "down.git").rename(remote)
    walk(shop, back.partition("## Where it stops")[0], "lightship journal sync")
    branch = "demo-journal"
    assert git(remote, "rev-parse", branch) == git(shop, "rev-parse", branch)
    assert "claim" in git(remote, "log", "--format=%s", branch)
