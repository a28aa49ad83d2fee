"""Where the entries of two clones meet: what is put behind what, and what is not taken at all."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journal import clones, tampering
from tests.journal.clones import BRANCH, clone, entry, origin, subjects
from tests.trees import commit, git

from lightship.errors import GitError
from lightship.journal import chain
from lightship.journal.inspection import inspect
from lightship.journal.publishing import Published
from lightship.journal.store import Journal


@pytest.fixture
def two(tmp_path: Path) -> tuple[Journal, Journal]:
    """Two clones of one remote."""
    bare = origin(tmp_path)
    return clone(bare, "a"), clone(bare, "b")


def log(journal: Journal) -> list[str]:
    """The subjects as the branch has them, oldest first."""
    titles = git(journal.root, "log", "--format=%s", "--reverse", BRANCH).splitlines()
    return [title.partition(" ")[2] for title in titles]


def test_ours_come_behind_theirs_in_the_order_they_were_written(two: tuple[Journal, Journal]) -> None:
    a, b = two
    a.append([entry("a1"), entry("a2")])
    ours = [entry("b1", at=clones.START), entry("b2"), entry("b0", at=clones.START)]
    b.append(ours)
    assert a.publish() == Published(True)
    done = b.publish()
    assert done == Published(True, "", tuple(ours), done.theirs)
    assert [each.subject for each in done.theirs] == ["a1", "a2"]
    assert log(b) == ["a1", "a2", "b1", "b2", "b0"]
    kept = b.kept.anchor()
    assert kept is not None
    assert (kept.seq, kept.commit) == (5, b.tip())
    assert a.publish() == Published(True)  # nothing of ours met them
    assert log(a) == log(b)


def test_what_both_recorded_is_there_once(two: tuple[Journal, Journal]) -> None:
    a, b = two
    same = entry("same")
    a.append([entry("a"), same])
    b.append([same])
    assert a.publish().done
    done = b.publish()
    assert (done.done, done.ours, subjects(done.theirs)) == (True, (), ["a", "same"])
    assert log(b) == log(a) == ["a", "same"]
    assert a.tip() == b.tip()


def test_what_the_remote_lacks_of_what_both_recorded(two: tuple[Journal, Journal]) -> None:
    a, b = two
    same = entry("same")
    a.append([entry("a"), same])
    b.append([same, entry("b")])
    assert a.publish().done
    assert subjects(b.publish().ours) == ["b"]
    assert log(b) == ["a", "same", "b"]


def test_a_branch_that_moves_while_it_is_pushed(two: tuple[Journal, Journal]) -> None:
    """Another process of this clone recorded something: all of ours is told, and not as theirs."""
    a, b = two
    b.append([entry("b")])
    assert b.publish().done
    first, second = a.append([entry("a1")]), a.append([entry("a2")])
    git(a.root, "update-ref", a.ref, first)
    hook = a.root.parent / "origin.git/hooks/post-receive"
    hook.write_text(
        f"#!/bin/sh\nunset GIT_DIR\ngit -C '{a.root}' update-ref {a.ref} {second}\nrm \"$0\"\n",
        encoding="utf-8",
    )
    hook.chmod(0o755)
    done = a.publish()
    assert not hook.exists()
    assert (done.done, subjects(done.ours), subjects(done.theirs)) == (True, ["a1", "a2"], ["b"])
    assert log(a) == ["b", "a1", "a2"]
    assert inspect(a).troubles == ()


def test_one_id_with_other_bytes_stops_the_meeting(two: tuple[Journal, Journal]) -> None:
    a, b = two
    mine = entry("same")
    a.append([mine])
    b.append([entry("b"), replace(mine, data={"n": 1})])
    assert a.publish().done
    done = b.publish()
    assert (done.done, done.why) == (
        False,
        f"entry {mine.id} is not the same here and at the remote; one was rewritten",
    )
    assert log(b) == ["b", "same"]
    assert log(a) == ["same"]
    (trouble,) = inspect(b).troubles
    assert (trouble.what, trouble.seq, trouble.path) == ("journal-rewritten", 2, mine.path)
    assert trouble.message == "the entry has other bytes on origin/journal"


@pytest.mark.parametrize("files", [{"2026/03/01/x.json": "{}"}, {}], ids=["a file", "nothing"])
def test_what_is_no_entry_is_not_put_behind_theirs(
    two: tuple[Journal, Journal], files: dict[str, str]
) -> None:
    a, b = two
    a.append([entry("a")])
    assert a.publish().done
    b.append([entry("b")])
    git(b.root, "checkout", "--quiet", BRANCH)
    (b.root / "lightship.yaml").unlink()
    commit(b.root, files, "hello")
    done = b.publish()
    assert (done.done, done.why) == (
        False,
        "journal holds what is no entry: it cannot be put behind the remote's; `lightship journal verify` names it",
    )
    assert log(b) == ["b", ""]


def test_a_remote_that_lost_everything_gets_it_again(two: tuple[Journal, Journal]) -> None:
    a, _ = two
    a.append(clones.entries(3))
    assert a.publish().done
    git(a.root.parent / "origin.git", "update-ref", "-d", f"refs/heads/{BRANCH}")
    assert a.publish() == Published(True, mended=3)  # and nobody met
    assert git(a.root.parent / "origin.git", "rev-parse", BRANCH) == a.tip()


def test_a_remote_that_lost_entries_and_got_others_is_not_believed(two: tuple[Journal, Journal]) -> None:
    a, b = two
    a.append([entry("a1"), entry("a2")])
    assert a.publish().done
    git(b.root, "fetch", "--quiet", "origin", f"{BRANCH}:{BRANCH}")
    for ref in (f"refs/heads/{BRANCH}", f"refs/remotes/origin/{BRANCH}"):
        git(b.root, "update-ref", ref, f"{ref}~1")
    b.append([entry("b")])
    git(b.root, "push", "--quiet", "--force", "origin", BRANCH)
    a.append([entry("a3")])
    done = a.publish()
    assert not done.done
    anchor = a.kept.anchor()
    assert anchor is not None
    assert f"it no longer holds entry 2 ({anchor.commit[:10]})" in done.why
    assert str(a.kept.anchor_path) in done.why
    a.kept.anchor_path.unlink()  # it was meant
    assert a.publish().done
    assert log(a) == ["a1", "b", "a2", "a3"]


def test_patience_is_that_of_who_asks(two: tuple[Journal, Journal]) -> None:
    """The remote's own hook moves the branch before ours would: nobody can ever be quicker."""
    a, _ = two
    bare = a.root.parent / "origin.git"
    tampering.write(bare, {}, tampering.steps(clones.entries(9)))
    hook = bare / "hooks/update"
    hook.write_text(
        "#!/bin/sh\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
        'n=$(($(cat pushes 2>/dev/null || echo 0) + 1))\necho $n >pushes\ngit update-ref "$1" "whole~$((8 - n))"\n',
        encoding="utf-8",
    )
    hook.chmod(0o755)
    a.append([entry("a")])
    done = a.publish(patience=0)
    assert (done.done, done.why) == (False, "pushing journal to origin: somebody else pushed first, for 0 s")
    assert (bare / "pushes").read_text(
        encoding="utf-8"
    ) == "2\n"  # what is here, and what was put behind theirs


def test_who_only_fetches_takes_theirs(two: tuple[Journal, Journal]) -> None:
    a, b = two
    a.append([entry("a1")])
    assert a.publish().done
    assert b.publish() == Published(True)
    a.append([entry("a2")])
    assert a.publish().done
    assert b.publish() == Published(True)
    assert log(b) == ["a1", "a2"]
    assert b.pending() == 0


def test_nothing_anywhere_is_the_same(two: tuple[Journal, Journal]) -> None:
    a, _ = two
    assert a.publish() == Published(True)
    assert (a.tip(), a.pending(), a.kept.anchor()) == ("", 0, None)


def test_entries_are_what_lies_where_it_belongs(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    right, wrong = entry("right"), entry("wrong")
    files = {
        right.path: right.to_bytes(),
        f"elsewhere/{wrong.id}.json": wrong.to_bytes(),
        f"{wrong.path}.txt": wrong.to_bytes(),
        "1999/x.json": b"{}",
        "2026/x.json": b"{}",
        "README.md": b"hello",
    }
    commit(tmp_path, files)
    git(tmp_path, "branch", BRANCH)
    journal = Journal(tmp_path, BRANCH)
    assert journal.entries() == (right,)
    with pytest.raises(GitError, match=r"reading the tip of journal: .*`lightship journal verify` says more"):
        journal.append([wrong])
    assert journal.last("") == chain.START


def test_a_tip_that_is_no_text(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    tree = git(tmp_path, "write-tree")
    who = "Ada Example <ada@example.com> 1772355600 +0000"
    raw = f"tree {tree}\nauthor {who}\ncommitter {who}\n\n".encode() + b"\xff\n"
    write = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    made = subprocess.run(write, cwd=tmp_path, input=raw, capture_output=True, check=True)
    git(tmp_path, "update-ref", f"refs/heads/{BRANCH}", made.stdout.decode().strip())
    with pytest.raises(GitError, match="it is no entry of a journal"):
        Journal(tmp_path, BRANCH).append([entry("x")])


def test_a_tip_says_its_link_and_when(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    journal = Journal(tmp_path, BRANCH)
    those = clones.entries(3)
    tip = journal.append(those)
    expected = tampering.link(tampering.steps(those)[-1])
    for reader in (journal, Journal(tmp_path, BRANCH)):
        anchor = reader.anchor(tip)
        assert (anchor.link, anchor.seq, anchor.commit, anchor.at) == (
            expected.link,
            3,
            tip,
            those[-1].recorded_at,
        )
        assert reader.last(tip) == expected
