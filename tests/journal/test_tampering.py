"""Whatever somebody does to a journal is found, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journal import clones, tampering
from tests.journal.tampering import KINDS, Step, steps
from tests.trees import git

from lightship.journal.anchor import Anchor
from lightship.journal.inspection import Report, inspect
from lightship.journal.store import Journal


def examined(root: Path, branch: str, anchor: Anchor) -> Report:
    return inspect(Journal(root, branch), [("the anchor", anchor)])


@pytest.mark.parametrize("count", [12, pytest.param(500, marks=pytest.mark.slow)])
def test_seven_kinds_of_tampering_at_every_entry(tmp_path: Path, count: int) -> None:
    git(tmp_path, "init", "--quiet")
    those = clones.entries(count)
    whole = steps(those)
    branches = {f"{kind.__name__}-{at}": kind(those, at) for kind in KINDS for at in range(count)}
    del branches["truncate-0"]  # a branch without an entry is none: the next test has it
    tampering.write(tmp_path, branches, whole)
    anchor = Journal(tmp_path, "whole").anchor(git(tmp_path, "rev-parse", "whole"))
    assert examined(tmp_path, "whole", anchor).troubles == ()
    for branch in branches:
        kind, _, at = branch.partition("-")
        report = examined(tmp_path, branch, anchor)
        assert report.troubles, f"{branch} was not found"
        first = min(trouble.seq for trouble in report.troubles)
        # What was computed anew from an entry on is told where the anchor lies.
        assert kind == "rewrite" or int(at) <= first <= int(at) + 2, branch


def test_without_an_anchor_the_chain_alone_shows_the_first_five(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    those = clones.entries(6)
    tampering.write(tmp_path, {kind.__name__: kind(those, 3) for kind in KINDS}, steps(those))
    found = [kind.__name__ for kind in KINDS if inspect(Journal(tmp_path, kind.__name__)).troubles]
    assert found == ["edit", "delete", "insert", "reorder", "duplicate"]


def other_date(made: Sequence[Step]) -> Step:
    return replace(made[3], at=made[4].at)


def other_writer(made: Sequence[Step]) -> Step:
    return replace(made[3], writer="Mallory <mallory@example.com>")


def other_title(made: Sequence[Step]) -> Step:
    return replace(made[3], message=f"innocent {made[3].message}")


def no_link(made: Sequence[Step]) -> Step:
    return replace(made[3], message="hello\n")


def other_mode(made: Sequence[Step]) -> Step:
    return replace(made[3], mode="100755")


def symlink(made: Sequence[Step]) -> Step:
    return replace(made[3], mode="120000")


def another_file(made: Sequence[Step]) -> Step:
    return replace(made[3], files={**made[3].files, "README": b"hello\n"})


def no_file(made: Sequence[Step]) -> Step:
    return replace(made[3], files={})


def old_entry_deleted(made: Sequence[Step]) -> Step:
    return replace(made[3], files={**made[3].files, **dict.fromkeys(made[1].files)})


def old_entry_changed(made: Sequence[Step]) -> Step:
    return replace(made[3], files={**made[3].files, **dict.fromkeys(made[1].files, b"{}\n")})


def second_parent(made: Sequence[Step]) -> Step:
    return replace(made[3], merged=":1")


def spaces(made: Sequence[Step]) -> Step:
    return replace(
        made[3], files={path: (data or b"").replace(b":", b": ", 1) for path, data in made[3].files.items()}
    )


def no_entry(made: Sequence[Step]) -> Step:
    return replace(made[3], files=dict.fromkeys(made[3].files, b"\xff{"))


@pytest.mark.parametrize(
    ("how", "what"),
    [
        (other_date, "commit-odd"),
        (other_writer, "commit-odd"),
        (other_title, "commit-odd"),
        (no_link, "link-missing"),
        (other_mode, "files-odd"),
        (symlink, "files-odd"),
        (another_file, "files-odd"),
        (no_file, "files-odd"),
        (old_entry_deleted, "files-odd"),
        (old_entry_changed, "files-odd"),
        (second_parent, "parents-odd"),
        (spaces, "entry-altered"),
        (no_entry, "entry-unreadable"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_commit_that_lightship_would_not_write(tmp_path: Path, how, what: str) -> None:  # type: ignore[no-untyped-def]
    git(tmp_path, "init", "--quiet")
    made = steps(clones.entries(6))
    tampering.write(tmp_path, {"odd": [*made[:3], how(made), *made[4:]]}, made)
    report = inspect(Journal(tmp_path, "odd"))
    assert (4, what) in {(trouble.seq, trouble.what) for trouble in report.troubles}
    assert {trouble.seq for trouble in report.troubles} <= {4, 5}


def test_the_same_entry_twice_on_the_same_day(tmp_path: Path) -> None:
    """Computed anew, so that the chain says nothing: ids are unique all the same."""
    git(tmp_path, "init", "--quiet")
    those = clones.entries(4)
    again = replace(those[1], data={"n": "again"})
    made = steps([*those, again])
    moved = {f"2026/03/09/{again.id}.json": again.to_bytes()}
    tampering.write(tmp_path, {"twice": [*made[:4], replace(made[4], files=moved)]}, made[:4])
    troubles = inspect(Journal(tmp_path, "twice")).troubles
    assert {trouble.what for trouble in troubles} == {"entry-misplaced", "entry-twice"}
    assert {trouble.seq for trouble in troubles} == {5}


def test_objects_that_are_gone_or_not_what_their_id_says(tmp_path: Path) -> None:
    journal = clones.clone(clones.origin(tmp_path), "a")
    journal.append(clones.entries(4))
    blob = git(journal.root, "rev-parse", f"journal:{journal.entries()[2].path}")
    lies = journal.root / ".git/objects" / blob[:2] / blob[2:]
    bytes_of_another = git(journal.root, "rev-parse", f"journal:{journal.entries()[0].path}")
    other = journal.root / ".git/objects" / bytes_of_another[:2] / bytes_of_another[2:]
    kept = lies.read_bytes()
    lies.chmod(0o644)
    lies.write_bytes(other.read_bytes())
    assert any(trouble.seq == 3 or trouble.what == "objects-damaged" for trouble in inspect(journal).troubles)
    lies.unlink()
    assert [(each.seq, each.what) for each in inspect(journal).troubles] == [(3, "object-missing")]
    lies.write_bytes(kept)
    assert inspect(journal).troubles == ()


def test_a_branch_that_is_gone_is_missed(tmp_path: Path) -> None:
    journal = clones.clone(clones.origin(tmp_path), "a")
    journal.append(clones.entries(3))
    assert journal.publish().done
    git(journal.root, "update-ref", "-d", "refs/heads/journal")
    git(journal.root, "update-ref", "-d", "refs/remotes/origin/journal")
    assert [trouble.what for trouble in inspect(journal).troubles] == ["journal-cut"]


def test_what_was_pushed_is_remembered_by_itself(tmp_path: Path) -> None:
    journal = clones.clone(clones.origin(tmp_path), "a")
    those = clones.entries(5)
    journal.append(those)
    assert journal.publish().done
    tampering.write(journal.root, {"journal": tampering.rewrite(those, 2)}, steps(those))
    assert {trouble.what for trouble in inspect(journal).troubles} == {"journal-rewritten"}
    tampering.write(journal.root, {"journal": tampering.truncate(those, 3)}, steps(those))
    assert {trouble.what for trouble in inspect(journal).troubles} == {"journal-cut"}
    assert journal.publish().done  # the remote has them still
    assert inspect(journal).troubles == ()
