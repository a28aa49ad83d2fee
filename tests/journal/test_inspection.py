"""What `inspect` says of a whole repository: damaged objects, what was fetched, and what waits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.journal import clones, tampering
from tests.journal.clones import BRANCH, clone, entry, origin
from tests.trees import git

from lightship.errors import GitError
from lightship.journal.anchor import Anchor
from lightship.journal.inspection import Report, inspect
from lightship.journal.store import Journal

FETCHED = f"refs/remotes/origin/{BRANCH}"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal of four entries in a clone."""
    made = clone(origin(tmp_path), "a")
    made.append(clones.entries(4))
    return made


def damage(journal: Journal, commit: str) -> None:
    """Its object is no object any more."""
    id = git(journal.root, "rev-parse", commit)
    path = journal.root / ".git/objects" / id[:2] / id[2:]
    path.chmod(0o644)
    path.write_bytes(b"damaged")


def test_nothing_is_whole(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert inspect(Journal(tmp_path, BRANCH)) == Report("", 0)


def test_what_it_was_held_against_is_counted(journal: Journal) -> None:
    anchor = journal.anchor(journal.tip())
    assert inspect(journal) == Report(journal.tip(), 4)
    assert inspect(journal, [("mine", anchor), ("yours", anchor)]).anchors == 2
    assert journal.publish().done
    assert inspect(journal, [("mine", anchor)]) == Report(journal.tip(), 4, anchors=2)


def test_whose_anchor_it_was_is_said(journal: Journal) -> None:
    (given,) = inspect(journal, [("mine", Anchor("d" * 64))]).troubles
    assert given.message.startswith("mine names the entry with link dddddddddd")
    assert journal.publish().done
    those = clones.entries(4)
    tampering.write(journal.root, {BRANCH: tampering.truncate(those, 2)}, tampering.steps(those))
    git(journal.root, "update-ref", "-d", FETCHED)
    told = [trouble.message for trouble in inspect(journal).troubles]
    assert any(message.startswith("what was last pushed from here names entry 4") for message in told)


def test_a_commit_that_cannot_be_read(journal: Journal) -> None:
    assert journal.publish().done
    tip = journal.tip()
    damage(journal, f"{BRANCH}~1")
    report = inspect(journal)
    (trouble,) = report.troubles
    assert (report.tip, report.entries, report.anchors, report.notes) == (tip, 0, 1, ())
    assert (trouble.what, trouble.seq, trouble.commit, trouble.path) == ("objects-damaged", 0, "", "")
    assert trouble.message.endswith("; `git fsck` says more, and another clone may still hold it")


def test_both_a_damaged_anchor_and_a_damaged_object_are_told(journal: Journal) -> None:
    assert journal.publish().done
    journal.kept.anchor_path.write_text("x", encoding="utf-8")
    damage(journal, f"{BRANCH}~1")
    report = inspect(journal)
    assert [trouble.what for trouble in report.troubles] == ["anchor-damaged", "objects-damaged"]
    assert report.anchors == 0


def fetched(journal: Journal, steps: list[tampering.Step]) -> None:
    """`steps` come from the remote, beside what is here."""
    tampering.write(journal.root, {"theirs": steps}, tampering.steps(clones.entries(1)))
    git(journal.root, "update-ref", FETCHED, "refs/heads/theirs")


def test_what_was_fetched_is_counted_apart(journal: Journal) -> None:
    fetched(journal, tampering.steps([entry("x"), entry("y")]))
    report = inspect(journal)
    assert (report.entries, report.troubles) == (4, ())
    assert report.notes == (
        f"4 entries here are not at origin/{BRANCH}, and 2 of origin/{BRANCH} are not here; "
        "`lightship journal sync` brings them together",
    )


def test_what_was_fetched_before_the_remote_was_turned_off(journal: Journal) -> None:
    fetched(journal, tampering.steps([entry("x")]))
    git(journal.root, "config", "lightship.remote", "none")
    (note,) = inspect(journal).notes
    assert note.startswith(f"4 entries here are not at origin/{BRANCH}, and 1 of origin/{BRANCH}")


def test_everything_worth_a_note_is_noted(journal: Journal) -> None:
    fetched(journal, tampering.steps([entry("x")]))
    mine = entry("mine")
    journal.kept.hold([(mine, mine.to_bytes())]).release()
    assert [note.split()[0] for note in inspect(journal).notes] == ["a", "4"]


def test_what_was_fetched_and_is_part_of_what_is_here_is_not_told(journal: Journal) -> None:
    git(journal.root, "update-ref", FETCHED, f"{BRANCH}~2")
    assert inspect(journal) == Report(journal.tip(), 4)


def test_faults_of_what_was_fetched_are_told_with_where_they_are(journal: Journal) -> None:
    fetched(journal, tampering.edit([entry("x"), entry("y")], 1))
    (trouble,) = inspect(journal).troubles
    assert (trouble.what, trouble.seq) == ("entry-altered", 2)
    assert trouble.message.startswith(f"origin/{BRANCH}: its link is ")


def test_a_fault_of_both_is_told_once(journal: Journal) -> None:
    made = tampering.steps(clones.entries(4))
    odd = [made[0], replace(made[1], mode="100755"), *made[2:]]
    more = tampering.steps([entry("more")], tampering.link(made[3]))
    tampering.write(journal.root, {BRANCH: odd, "theirs": [*odd, *more]}, made)
    git(journal.root, "update-ref", FETCHED, "refs/heads/theirs")
    report = inspect(journal)
    assert [(trouble.what, trouble.seq, trouble.message) for trouble in report.troubles] == [
        ("files-odd", 2, "its mode is 100755, not 100644")
    ]
    assert report.notes[0].startswith("0 entries here are not at origin/journal, and 1 of origin/journal")


def test_what_was_fetched_cannot_be_read(journal: Journal) -> None:
    fetched(journal, tampering.steps([entry("x"), entry("y")]))
    damage(journal, f"{FETCHED}~1")
    report = inspect(journal)
    (trouble,) = report.troubles
    assert (trouble.what, report.entries, report.notes) == ("objects-damaged", 4, ())
    assert trouble.message.startswith(f"origin/{BRANCH}: ")


def test_without_a_branch_here_what_was_fetched_is_judged(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    a = clone(bare, "a")
    a.append(clones.entries(2))
    assert a.publish().done
    for name in ("origin", "upstream"):
        git(tmp_path, "clone", "--quiet", "--origin", name, bare.as_uri(), name)
        assert inspect(Journal(tmp_path / name, BRANCH)) == Report(a.tip(), 2)


def test_a_shallow_clone_cannot_be_judged(tmp_path: Path, journal: Journal) -> None:
    assert journal.publish().done
    address = (tmp_path / "origin.git").as_uri()
    git(tmp_path, "clone", "--quiet", "--depth=1", f"--branch={BRANCH}", address, "shallow")
    with pytest.raises(GitError) as raised:
        inspect(Journal(tmp_path / "shallow", BRANCH))
    assert str(raised.value) == (
        "verifying journal: this clone is shallow and lacks the beginning; "
        "run `git fetch --unshallow` first (actions/checkout: `fetch-depth: 0`)"
    )
