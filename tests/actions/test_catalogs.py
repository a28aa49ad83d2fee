"""Which catalog counts: commits that differ in requests alone share one, and what is young has to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.trees import git

from lightship import commandline
from lightship.actions.catalogs import Catalogs
from lightship.errors import CouldNotRun

T0 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEFAULT, LONG, NONE = "name: A\n", "name: A\npolicy_delay: 5h\n", "name: A\npolicy_delay: null\n"


class Line:
    """A main branch whose commits have dates of our own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.loaded: list[str] = []
        git(root, "init", "--quiet", "--initial-branch", "main")

    def add(self, at: datetime, path: str, text: str, monkeypatch: pytest.MonkeyPatch) -> str:
        """Commit one file; the commit."""
        for who in ("AUTHOR", "COMMITTER"):
            monkeypatch.setenv(f"GIT_{who}_DATE", at.isoformat())
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--message", path)
        return git(self.root, "rev-parse", "HEAD")

    @property
    def catalogs(self) -> Catalogs:
        """The catalogs, as far as the branch goes now."""
        return Catalogs(self.root, git(self.root, "rev-parse", "main"), self._load)

    def _load(self, commit: str) -> object:
        self.loaded.append(commit)
        return commandline.load(self.root, commit)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An empty branch."""
    return Line(tmp_path)


def test_what_is_young_waits(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    first = line.add(T0, "lightship.yaml", DEFAULT, monkeypatch)
    second = line.add(T0 + 9 * HOUR, "catalog/teams/a.yaml", "name: A\n", monkeypatch)
    third = line.add(T0 + 10 * HOUR, "catalog/teams/b.yaml", "name: B\n", monkeypatch)
    catalogs = line.catalogs
    moments = {
        T0 + 10 * HOUR: second,
        T0 + 10 * HOUR - timedelta(seconds=1): first,
        T0 + 11 * HOUR - timedelta(seconds=1): second,
        T0 + 11 * HOUR: third,
    }
    assert {at: catalogs.settled(third, at) for at in moments} == moments
    assert catalogs.settled(second, T0 + 99 * HOUR) == second, "what came after it is not looked at"


def test_a_repository_that_begins_has_nothing_to_wait_for(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.add(T0, "lightship.yaml", DEFAULT, monkeypatch)
    tip = line.add(T0 + timedelta(minutes=5), "catalog/teams/a.yaml", "name: A\n", monkeypatch)
    assert line.catalogs.settled(tip, T0 + timedelta(minutes=6)) == tip


def test_without_a_delay_nothing_waits(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.add(T0, "lightship.yaml", NONE, monkeypatch)
    tip = line.add(T0 + 9 * HOUR, "catalog/teams/a.yaml", "name: A\n", monkeypatch)
    assert line.catalogs.settled(tip, T0 + 9 * HOUR) == tip


def test_a_shorter_delay_waits_for_the_longer_one(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    first = line.add(T0, "lightship.yaml", LONG, monkeypatch)
    tip = line.add(T0 + 9 * HOUR, "lightship.yaml", NONE, monkeypatch)
    catalogs = line.catalogs
    assert catalogs.settled(tip, T0 + 14 * HOUR - timedelta(seconds=1)) == first
    assert catalogs.settled(tip, T0 + 14 * HOUR) == tip


def test_a_chain_of_shorter_delays_waits_for_the_longest(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    first = line.add(T0, "lightship.yaml", LONG, monkeypatch)
    line.add(T0 + 9 * HOUR, "lightship.yaml", DEFAULT, monkeypatch)
    tip = line.add(T0 + 10 * HOUR, "lightship.yaml", NONE, monkeypatch)
    assert line.catalogs.settled(tip, T0 + 12 * HOUR) == first


def test_a_commit_elsewhere_is_none_of_the_main_branch(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.add(T0, "lightship.yaml", DEFAULT, monkeypatch)
    git(line.root, "checkout", "--quiet", "-b", "side")
    side = line.add(T0, "catalog/teams/a.yaml", "name: A\n", monkeypatch)
    git(line.root, "checkout", "--quiet", "main")
    assert line.catalogs.settled(side, T0) == ""


def test_a_history_that_is_cut_off_decides_nothing(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.add(T0, "lightship.yaml", DEFAULT, monkeypatch)
    line.add(T0 + 9 * HOUR, "catalog/teams/a.yaml", "name: A\n", monkeypatch)
    git(tmp_path, "clone", "--quiet", "--depth", "1", line.root.as_uri(), "shallow")
    shallow = Catalogs(
        tmp_path / "shallow",
        git(line.root, "rev-parse", "main"),
        lambda commit: commandline.load(tmp_path / "shallow", commit),
    )
    tip = git(line.root, "rev-parse", "main")
    with pytest.raises(CouldNotRun, match="unshallow"):
        shallow.settled(tip, T0 + 9 * HOUR)
    assert shallow.settled(tip, T0 + 10 * HOUR) == tip


def test_commits_that_differ_in_requests_alone_are_read_once(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = [line.add(T0, "lightship.yaml", NONE, monkeypatch)]
    commits.append(line.add(T0, "actions/a.yaml", "name: A\n", monkeypatch))
    commits += [line.add(T0, f"actions/requests/r{at}.yaml", "action: a\n", monkeypatch) for at in range(5)]
    catalogs = line.catalogs
    for commit in commits:
        assert catalogs.at(commit).source.name
    assert len(line.loaded) == 2
    assert "r4" in {path.rpartition("/")[2].removesuffix(".yaml") for path in catalogs.now.source.files}
