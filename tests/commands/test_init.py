"""`lightship init`: run for real on copies of this repository, in place and elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.trees import Done, commit, git, lightship, write

from lightship.catalog.load import load
from lightship.catalog.settings import Branches
from lightship.catalog.source import folder

_WHO = ("--name", "Ada Example", "--email", "ada@example.com", "--team", "Stars", "--service", "Telescope")
_LEFT = ["catalog/people/ada-example.yaml", "catalog/services/telescope.yaml", "catalog/teams/stars.yaml"]
_DEMO = (
    ".gitignore",
    "lightship.yaml",
    "catalog",
    "scorecards",
    "actions",
    ".github",
    "schemas",
    "site",
    "mkdocs.yml",
    "tools",
)


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    """What a clone of this repository holds, as far as the commands read it, committed."""
    if not (demo / ".git").exists():
        pytest.skip("this folder is not a git repository: there is nothing to clone")
    files = git(demo, "ls-files", "-z", "--", *_DEMO).split("\0")
    contents = {path: (demo / path).read_bytes() for path in files if path and (demo / path).is_file()}
    commit(tmp_path / "copy", contents)
    return tmp_path / "copy"


def _in_place(copy: Path) -> tuple[Done, Path]:
    return lightship(copy, "init", *_WHO), copy


def _elsewhere(copy: Path) -> tuple[Done, Path]:
    mine = copy.parent / "mine"
    return lightship(copy, "init", str(mine), *_WHO), mine


@pytest.mark.parametrize("init", [_in_place, _elsewhere])
def test_what_stays(copy: Path, init: Callable[[Path], tuple[Done, Path]]) -> None:
    kept = {
        path: (copy / path).read_bytes()
        for path in git(copy, "ls-files", "actions", "scorecards/*.yaml").split()
    }
    done, mine = init(copy)
    assert done.code == 0, done.err
    assert done.out.split() == ["lightship.yaml", _LEFT[0], _LEFT[2], _LEFT[1], ".github/CODEOWNERS"]
    found = sorted(
        path.relative_to(mine).as_posix() for path in (mine / "catalog").rglob("*") if path.is_file()
    )
    assert found == _LEFT
    assert not (mine / "scorecards/waivers").exists()
    for path, data in kept.items():
        if not path.startswith(("scorecards/waivers/", "actions/requests/")):
            # An action belongs to a team; the demo's are gone.
            expected = re.sub(rb"(?m)^owner: \S+$", b"owner: stars", data)
            assert (mine / path).read_bytes() == expected, path
    assert "shop" not in (mine / "lightship.yaml").read_text().lower()
    # Records and facts go to branches of your own: the demo's year never mixes with them.
    assert load(folder(mine)).settings.branches == Branches()
    assert "make up" in done.err


@pytest.mark.parametrize("init", [_in_place, _elsewhere])
def test_it_passes_its_own_checks(copy: Path, init: Callable[[Path], tuple[Done, Path]]) -> None:
    _, mine = init(copy)
    if init is _in_place:
        gate = lightship(mine, "gate", "--against", "HEAD")
        assert gate.code == 0 and "the demo was taken out" in gate.err, gate.out
        commit(mine, {})
    for check in (
        ("validate",),
        ("score", "telescope"),
        ("gate", "--against", "HEAD"),
        ("schema", "--check"),
        ("codeowners", "--check"),
        ("build", "--out", str(copy.parent / "portal")),
    ):
        done = lightship(mine, *check)
        assert done.code == 0, f"{check}: {done.out}{done.err}"
    assert (copy.parent / "portal/services/telescope/index.html").is_file()
    assert git(mine, "status", "--porcelain") == ""


def test_the_gate_misses_a_demo_that_is_taken_out_in_part(copy: Path) -> None:
    settings = (copy / "lightship.yaml").read_text().replace("demo-journal", "journal")
    write(copy, {"lightship.yaml": settings, "catalog/services/flagd-ui.yaml": None})
    assert lightship(copy, "gate", "--against", "HEAD").code == 1


def test_elsewhere_leaves_this_one_alone(copy: Path) -> None:
    write(copy, {"catalog/services/ad.yaml": "name: Changed\nowner: discovery\n", "notes.txt": "untracked"})
    before = git(copy, "status", "--porcelain")
    done, mine = _elsewhere(copy)
    assert done.code == 0, done.err
    assert git(copy, "status", "--porcelain") == before
    assert not (mine / "notes.txt").exists()
    assert git(mine, "log", "--format=%an <%ae> %s") == "Ada Example <ada@example.com> Begin our portal"


def test_again_changes_nothing(copy: Path) -> None:
    _in_place(copy)
    commit(copy, {})
    for again in (_in_place(copy)[0], _elsewhere(copy)[0]):
        assert again.code == 3 and again.out == ""
        assert "this portal is yours already" in again.err
    assert git(copy, "status", "--porcelain") == ""


def test_git_says_who(copy: Path) -> None:
    git(copy, "config", "user.name", "Zoë Example")
    git(copy, "config", "user.email", "zoe@laptop")
    assert lightship(copy, "init").code == 0
    assert (copy / "catalog/people/zoe-example.yaml").read_text().splitlines()[0] == "name: Zoë Example"
    assert (copy / "catalog/services/first-service.yaml").is_file()


@pytest.mark.parametrize(
    ("files", "arguments", "code", "words"),
    [
        ({"catalog/services/ad.yaml": "name: Ad\nowner: discovery\n"}, _WHO, 3, "catalog/services/ad.yaml"),
        ({"catalog/services/ours.yaml": "name: Ours\nowner: discovery\n"}, _WHO, 3, "commit or remove them"),
        ({"lightship.yaml": "branches: {journal: demo-journal}\n"}, _WHO, 3, "lightship.yaml"),
        ({}, (), 2, "who are you? git has no user.name here"),
        ({}, ("--name", "Ada", "--email", "nowhere"), 2, "--email"),
        ({}, ("inside", *_WHO), 2, "lies inside this repository"),
        ({"../full/file": "x"}, ("../full", *_WHO), 2, "is not empty"),
    ],
)
def test_refusals_change_nothing(
    copy: Path, files: dict[str, str], arguments: tuple[str, ...], code: int, words: str
) -> None:
    write(copy, files)
    before = git(copy, "status", "--porcelain")
    done = lightship(copy, "init", *arguments)
    assert (done.code, done.out) == (code, ""), done.err
    assert words in done.err and "Traceback" not in done.err
    assert git(copy, "status", "--porcelain") == before


def test_without_git_nothing_could_be_taken_back(demo: Path, tmp_path: Path) -> None:
    write(tmp_path, {"lightship.yaml": "branches: {journal: demo-journal}\n"})
    done = lightship(tmp_path, "init", *_WHO)
    assert done.code == 3 and "not a git repository" in done.err
    assert (tmp_path / "lightship.yaml").read_text() == "branches: {journal: demo-journal}\n"


def _pytest(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy / "tools")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def initialised(demo: Path, tmp_path: Path) -> Path:
    """A whole copy of this repository, made by `init DIR`."""
    done = lightship(demo, "init", str(tmp_path / "mine"), *_WHO)
    assert done.code == 0, done.err
    return tmp_path / "mine"


def test_tests_of_the_demo_skip_where_it_is_gone(initialised: Path) -> None:
    done = _pytest(initialised, "tests/test_demo.py", "tests/commands/test_init.py")
    assert done.returncode == 0, done.stdout
    assert "passed" not in done.stdout and "the demo was taken out by `lightship init`" in done.stdout


@pytest.mark.slow
def test_all_tests_pass_where_the_demo_is_gone(initialised: Path) -> None:
    done = _pytest(initialised)
    assert done.returncode == 0, done.stdout[-5000:]
