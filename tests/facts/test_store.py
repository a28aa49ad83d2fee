"""The branch of facts: real repositories, two clones, several writers at once, files that others broke."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.trees import commit, git, write

from lightship.errors import CouldNotRun
from lightship.facts import snapshot, store, tables
from lightship.facts.records import NOTHING, Alert, Change, PagerSchedule, PagerShift
from lightship.facts.tables import Counts

T = datetime(2026, 3, 4, 12, tzinfo=UTC)


def change(id: str, **fields: object) -> Change:
    return Change.model_validate({"id": id, "at": T, "title": f"Deploy {id}", "source": "argo-cd", **fields})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    return tmp_path


@pytest.fixture
def clones(tmp_path: Path) -> tuple[Path, Path]:
    """Two clones of one bare repository."""
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    for name in ("one", "other"):
        git(tmp_path, "clone", "--quiet", "origin.git", name)
    return tmp_path / "one", tmp_path / "other"


def test_no_branch_is_nothing(root: Path) -> None:
    assert store.observed(root, "facts") is NOTHING


def test_everything_that_is_recorded_is_observed_in_order(root: Path) -> None:
    alert = Alert(id="a", name="High", at=T, services=("cart",), source="dynatrace")
    pager = PagerSchedule("pagerduty", T, (PagerShift(T, T + timedelta(days=1), "ada"),))
    later, first = change("2", at=T + timedelta(days=40)), change("1", services=("cart",))
    assert store.record(
        root, "facts", store.update((later, first), (alert,), {"nights": pager}), T
    ) == Counts(4)
    seen = store.observed(root, "facts")
    assert seen.changes == (first, later)
    assert seen.alerts == (alert,)
    assert seen.schedules == {"nights": pager}
    assert seen.commit == git(root, "rev-parse", "facts")
    assert git(root, "log", "--format=%cI", "facts") == "2026-03-04T12:00:00+00:00"


def test_the_same_again_writes_no_commit(root: Path) -> None:
    store.record(root, "facts", store.update([change("1")]), T)
    tip = git(root, "rev-parse", "facts")
    assert store.record(root, "facts", store.update([change("1")]), T) == Counts(0, 0, 1)
    assert git(root, "rev-parse", "facts") == tip


def test_the_same_input_makes_the_same_commits(tmp_path: Path) -> None:
    tips = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        git(tmp_path / name, "init", "--quiet")
        for day in range(3):
            store.record(tmp_path / name, "facts", store.update([change(f"{day}")]), T + timedelta(days=day))
        tips.add(git(tmp_path / name, "rev-parse", "facts"))
    assert len(tips) == 1


def test_a_change_that_moves_to_another_month_is_there_once(root: Path) -> None:
    store.record(root, "facts", store.update([change("1", status="planned"), change("2")]), T)
    store.record(root, "facts", store.update([change("1", status="succeeded", at=T + timedelta(days=40))]), T)
    assert [(each.id, each.at.month, each.status) for each in store.observed(root, "facts").changes] == [
        ("2", 3, "succeeded"),
        ("1", 4, "succeeded"),
    ]


def test_a_broken_file_is_a_finding_and_is_never_written_over(root: Path) -> None:
    store.record(root, "facts", store.update([change("1")]), T)
    git(root, "checkout", "--quiet", "facts")
    broken = {
        "alerts/dynatrace.json": "{",
        "changes/x/2026-03.json": '{"source":"x","changes":[{"id":"9","at":"soon"}]}',
    }
    commit(root, broken)
    seen = store.observed(root, "facts")
    assert [each.id for each in seen.changes] == ["1"]
    assert [(each.rule, each.path) for each in seen.findings] == [
        ("facts-invalid", "facts:alerts/dynatrace.json"),
        ("facts-invalid", "facts:changes/x/2026-03.json"),
    ]
    alert = Alert(id="a", name="High", at=T, source="dynatrace")
    with pytest.raises(CouldNotRun, match=r"alerts/dynatrace\.json on the branch cannot be read"):
        store.record(root, "facts", store.update((), [alert]), T)


def test_two_clones_lose_nothing(clones: tuple[Path, Path]) -> None:
    one, other = clones
    fired = Alert(id="a", name="High", at=T, source="dynatrace")
    store.record(one, "facts", store.update([change("1")], [fired]), T)
    assert store.publish(one, "facts") == ""
    assert store.publish(other, "facts") == ""
    store.record(one, "facts", store.update([change("2"), change("1", reason="why")]), T)
    ended = fired.model_copy(update={"ended_at": T + timedelta(hours=1)})
    store.record(other, "facts", store.update([change("3"), change("1", author="ada")], [ended]), T)
    assert (store.publish(one, "facts"), store.publish(other, "facts"), store.publish(one, "facts")) == (
        "",
        "",
        "",
    )
    assert git(one, "rev-parse", "facts") == git(other, "rev-parse", "facts")
    seen = store.observed(one, "facts")
    assert [each.id for each in seen.changes] == ["1", "2", "3"]
    assert (seen.changes[0].reason, seen.changes[0].author) == ("why", "ada")
    assert seen.alerts[0].ended_at == T + timedelta(hours=1)


def test_a_clone_that_only_fetched_reads_and_goes_on(clones: tuple[Path, Path]) -> None:
    one, other = clones
    store.record(one, "facts", store.update([change("1")]), T)
    store.publish(one, "facts")
    git(other, "fetch", "--quiet")
    assert [each.id for each in store.observed(other, "facts").changes] == ["1"]
    assert store.record(other, "facts", store.update([change("1"), change("2")]), T) == Counts(1, 0, 1)
    assert store.publish(other, "facts") == ""


def test_a_remote_that_does_not_answer_is_said(clones: tuple[Path, Path]) -> None:
    one, _ = clones
    git(one, "remote", "set-url", "origin", str(one / "gone"))
    store.record(one, "facts", store.update([change("1")]), T)
    assert "gone" in store.publish(one, "facts", patience=0)
    assert store.observed(one, "facts").changes


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from lightship.facts import store
from lightship.facts.records import Change
T = datetime(2026, 3, 4, 12, tzinfo=UTC)
for number in range(int(sys.argv[3])):
    made = Change(id=f"{sys.argv[2]}-{number}", at=T, title="Deploy", source=sys.argv[4])
    store.record(Path(sys.argv[1]), "facts", store.update([made]), T)
    assert store.publish(Path(sys.argv[1]), "facts") == ""
"""


@pytest.mark.parametrize("share", [True, False], ids=["one clone", "a clone each"])
def test_writers_at_once_lose_nothing(clones: tuple[Path, Path], share: bool) -> None:
    places = [clones[0], clones[0] if share else clones[1]] * 2
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(place), f"w{number}", "3", f"source-{number % 2}"]
        )
        for number, place in enumerate(places)
    ]
    assert [process.wait(timeout=60) for process in running] == [0] * 4
    assert store.publish(clones[0], "facts") == ""
    assert len(store.observed(clones[0], "facts").changes) == 12


def test_reading_takes_as_many_processes_for_a_year_as_for_a_day(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    log = root / "calls"
    write(root, {"bin/git": f'#!/bin/sh\necho "$@" >> {log}\nexec {real} "$@"\n'})
    (root / "bin/git").chmod(0o755)
    counts = []
    for days in (1, 365):
        store.record(
            root,
            "facts",
            store.update([change(f"{day}", at=T + timedelta(days=day)) for day in range(days)]),
            T,
        )
        log.unlink(missing_ok=True)
        with monkeypatch.context() as inside:
            inside.setenv("PATH", f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}")
            assert len(store.observed(root, "facts").changes) == days
        counts.append(len(log.read_text().splitlines()))
    assert counts[0] == counts[1] <= 6


def test_values_are_read_with_their_own_age(root: Path) -> None:
    for day, id in ((0, "cart"), (1, "ad")):
        store.record(
            root, "facts", tables.of_values("ci", T + timedelta(days=day), {id: {"coverage": day}}), T
        )
    seen = snapshot.read(root, "facts")
    assert {id: held["coverage"].observed_at for id, held in seen.services.items()} == {
        "cart": T,
        "ad": T + timedelta(days=1),
    }
