"""`lightship demo year`, run for real: the same commits in two clones, once a day, and never in another's journal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.trees import commit, git, lightship, write

_PARTS = ("catalog", "scorecards", "actions", "lightship.yaml")
_BRANCHES = ("demo-journal", "demo-facts")


def _copy(demo: Path, root: Path) -> Path:
    """What the commands read of this repository, committed."""
    paths = [
        path
        for part in _PARTS
        for path in ([demo / part] if part.endswith(".yaml") else (demo / part).rglob("*"))
    ]
    commit(root, {path.relative_to(demo).as_posix(): path.read_bytes() for path in paths if path.is_file()})
    return root


def _year(root: Path, day: str) -> str:
    done = lightship(root, "demo", "year", "--until", day, timeout=120)
    assert (done.code, done.err) == (0, ""), done.err
    return done.out


def _tips(root: Path) -> list[str]:
    return [git(root, "rev-parse", branch) for branch in _BRANCHES]


@pytest.fixture(scope="module")
def shop(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = _copy(demo, tmp_path_factory.mktemp("demo") / "shop")
    said = _year(root, "2026-11-20")
    assert said.startswith("the demo's year: ") and said.endswith(" changes\n") and said.count("\n") == 1
    return root


def test_two_clones_get_the_same_commits(demo: Path, shop: Path, tmp_path: Path) -> None:
    other = _copy(demo, tmp_path / "other")
    _year(other, "2026-11-20")
    assert _tips(other) == _tips(shop)
    assert git(other, "status", "--porcelain") == ""


def test_the_journal_is_whole_and_again_adds_nothing(shop: Path) -> None:
    before = _tips(shop)
    first, again = _year(shop, "2026-11-20"), _year(shop, "2026-11-20")
    assert first == again and _tips(shop) == before
    verified = lightship(shop, "journal", "verify")
    assert verified.code == 0, verified.out


def test_the_next_day_goes_on_and_keeps_what_people_recorded(shop: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(shop), "bare")
    mine = tmp_path / "mine"
    git(tmp_path, "clone", "--quiet", "bare", "mine")
    for branch in _BRANCHES:
        git(mine, "branch", branch, f"origin/{branch}")
    git(mine, "remote", "remove", "origin")
    listed = json.loads(lightship(mine, "incident", "list", "--format", "json").out)
    (fire,) = (each["id"] for each in listed if each["state"] == "identified")
    done = lightship(mine, "incident", "resolve", fire, "Took it back by hand.", "--as", "samira-fajrani")
    assert done.code == 0, done.err
    kept = git(mine, "rev-parse", "demo-journal")
    _year(mine, "2026-11-22")
    git(mine, "merge-base", "--is-ancestor", kept, "demo-journal")
    shown = json.loads(lightship(mine, "incident", "show", fire, "--format", "json").out)
    assert (shown["state"], shown["fix"], shown["flags"]) == ("resolved", "Took it back by hand.", [])
    added = git(mine, "log", "--format=%s", f"{kept}..demo-journal").splitlines()
    assert len(added) < 60 and sum(line.startswith("scores.day") for line in added) == 2
    assert lightship(mine, "journal", "verify").code == 0


@pytest.mark.parametrize(
    "branches",
    ["{journal: journal, facts: facts}", "{journal: demo-journal}", "{facts: demo-facts}"],
)
def test_no_other_journal_is_ever_touched(demo: Path, tmp_path: Path, branches: str) -> None:
    root = _copy(demo, tmp_path / "real")
    settings = (root / "lightship.yaml").read_text()
    begins, ends = settings.index("branches:"), settings.index("# Whose review")
    write(root, {"lightship.yaml": f"{settings[:begins]}branches: {branches}\n{settings[ends:]}"})
    commit(root, {})
    refs = git(root, "for-each-ref")
    done = lightship(root, "demo", "year")
    assert (done.code, done.out) == (2, "")
    assert "this is no demo" in done.err and "'demo-journal'" in done.err
    assert git(root, "for-each-ref") == refs


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (f"{datetime.now(UTC).date() + timedelta(days=2)}", "still to come"),
        ("yesterday", "write it like 2026-03-01"),
        ("1999-01-01", "out of reach"),
    ],
)
def test_days_that_cannot_be(shop: Path, day: str, words: str) -> None:
    done = lightship(shop, "demo", "year", "--until", day)
    assert (done.code, done.out) == (2, "") and words in done.err
