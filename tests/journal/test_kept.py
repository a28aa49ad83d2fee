"""What lies beside the branch: batches on their way, what killed processes left of them, and the anchor."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.journal import clones
from tests.journal.clones import BRANCH, entry, subjects
from tests.trees import git

from lightship.errors import CouldNotRun
from lightship.journal.anchor import Anchor
from lightship.journal.inspection import inspect
from lightship.journal.store import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal in a repository without a remote."""
    git(tmp_path, "init", "--quiet")
    return Journal(tmp_path, BRANCH)


def leave(journal: Journal, *subjects: str) -> Path:
    """Entries that a killed process had begun to record; their file."""
    made = [entry(subject) for subject in subjects]
    batch = journal.kept.hold([(each, each.to_bytes()) for each in made])
    batch.release()  # as the end of the process would
    return batch.path


def test_where_nothing_can_be_kept_nothing_is_recorded(journal: Journal) -> None:
    (journal.root / ".git/lightship").write_text("in the way", encoding="utf-8")
    with pytest.raises(CouldNotRun, match=r"writing to .*lightship/journal: .*; nothing was recorded"):
        journal.append([entry("x")])
    assert journal.tip() == ""


def test_each_branch_has_a_folder_of_its_own(journal: Journal) -> None:
    for name in ("records/a", "records"):
        Journal(journal.root, name).kept.keep_anchor(Anchor("a" * 64, 1, "b" * 40, clones.START))
    folders = sorted(path.name for path in (journal.root / ".git/lightship").iterdir())
    assert folders == ["records", "records%2Fa"]


def test_what_was_left_is_recorded_in_its_order_and_goes_away(journal: Journal) -> None:
    left = [leave(journal, f"a{number}", f"b{number}") for number in range(5)]
    assert left == sorted(left)
    (note,) = inspect(journal).notes
    assert note == ("a command that was interrupted left 10 entries; `lightship journal sync` finishes it")
    journal.append([entry("mine")])
    assert [each.subject for each in journal.finished] == [f"{x}{n}" for n in range(5) for x in "ab"]
    assert git(journal.root, "log", "--format=%s", "--reverse", BRANCH).split()[1::2] == [
        *(each.subject for each in journal.finished),
        "mine",
    ]
    assert (inspect(journal).troubles, inspect(journal).notes) == ((), ())
    assert not any(path.exists() for path in left)


def test_what_was_begun_and_written_is_not_told_again(journal: Journal) -> None:
    """Killed behind its last commit, before its file was gone."""
    there = entry("there")
    journal.append([there])
    batch = journal.kept.hold([(there, there.to_bytes())])
    batch.release()
    again = Journal(journal.root, BRANCH)
    again.finish()
    assert (again.finished, again.entries()) == ((), (there,))
    assert not batch.path.exists()


def test_a_file_that_was_half_written_promised_nothing(journal: Journal) -> None:
    whole = leave(journal, "x")
    half = whole.with_suffix(".half")
    whole.rename(half)
    assert list(journal.kept.left()) == []
    assert not half.exists()


def test_a_batch_that_is_no_batch_of_ours_stays(journal: Journal) -> None:
    """A later version may read it; nobody throws away what somebody was told is kept."""
    left = leave(journal, "x")
    left.write_bytes(left.read_bytes() + b"{}\n")
    journal.append([entry("mine")])
    assert subjects(journal.entries()) == ["mine"]
    assert left.exists()
    left.write_bytes(left.read_bytes().removesuffix(b"{}\n"))  # and it was let go of
    journal.finish()
    assert subjects(journal.entries()) == ["mine", "x"]


def test_what_is_no_file_is_not_taken_for_a_batch(journal: Journal) -> None:
    folder = journal.kept.anchor_path.parent / "x.entries"
    folder.mkdir(parents=True)
    journal.append([entry("mine")])
    assert (journal.finished, folder.exists()) == ((), True)


def test_what_a_living_process_holds_is_left_alone(journal: Journal) -> None:
    mine = entry("mine")
    batch = journal.kept.hold([(mine, mine.to_bytes())])
    other = Journal(journal.root, BRANCH)
    assert list(other.kept.left()) == []
    leave(journal, "left")  # later than what is held
    other.append([entry("other")])
    assert (subjects(other.entries()), batch.path.read_bytes()) == (["left", "other"], mine.to_bytes())
    batch.drop()
    assert not batch.path.exists()


def test_a_file_that_somebody_took_away_is_no_error(journal: Journal) -> None:
    mine = entry("mine")
    batch = journal.kept.hold([(mine, mine.to_bytes())])
    batch.path.unlink()
    batch.drop()
    assert list(journal.kept.left()) == []


def test_the_anchor_of_what_was_last_pushed(journal: Journal) -> None:
    kept = journal.kept
    assert kept.anchor() is None
    anchors = [Anchor("a" * 64, number, "b" * 40, clones.START) for number in (1, 2)]
    for anchor in anchors:
        kept.keep_anchor(anchor)
        assert kept.anchor() == anchor
    assert list(kept.left()) == []
    for damaged in (b"\xff", b"{}"):
        kept.anchor_path.write_bytes(damaged)
        assert kept.anchor() is None
    kept.anchor_path.unlink()
    kept.anchor_path.mkdir()
    kept.keep_anchor(anchors[0])  # it cannot be written, and nobody is stopped by that
    assert kept.anchor() is None
    assert list(kept.left()) == []


def test_files_are_no_programs(journal: Journal) -> None:
    umask = os.umask(0)
    try:
        journal.kept.keep_anchor(Anchor("a" * 64, 1, "b" * 40, clones.START))
    finally:
        os.umask(umask)
    modes = {path.name: path.stat().st_mode & 0o777 for path in journal.kept.anchor_path.parent.iterdir()}
    assert modes == {"anchor.json": 0o666, "lock": 0o666}


def test_an_anchor_that_was_damaged_is_told(journal: Journal) -> None:
    journal.append([entry("x")])
    journal.kept.anchor_path.write_text("nonsense", encoding="utf-8")
    (trouble,) = inspect(journal).troubles
    assert (trouble.what, trouble.seq) == ("anchor-damaged", 0)
    assert trouble.message == f"{journal.kept.anchor_path} is no anchor any more"
