"""A claim: who wins, who is named as its holder, and what is said where nobody can know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.journal import clones, tampering
from tests.journal.clones import BRANCH, clone, entry, origin, subjects
from tests.trees import git

from lightship.errors import GitError
from lightship.git import tip as tip_of
from lightship.journal.claims import Claim, holder
from lightship.journal.inspection import inspect
from lightship.journal.publishing import keep_anchor
from lightship.journal.store import Journal

KIND = "job.claimed"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    return origin(tmp_path)


def hook(bare: Path, name: str, script: str) -> Path:
    """The remote runs `script` when somebody pushes."""
    path = bare / "hooks" / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def alone(root: Path) -> Journal:
    """A journal in a repository without a remote."""
    git(root, "init", "--quiet")
    return Journal(root, BRANCH)


def test_without_a_remote_the_first_here_wins(tmp_path: Path) -> None:
    journal = alone(tmp_path)
    mine, other = entry("job", KIND), entry("job", KIND)
    assert journal.claim(mine) == Claim(True, mine)
    assert journal.claim(mine) == Claim(True, mine)
    assert journal.claim(other) == Claim(False, mine)
    assert journal.entries() == (mine,)


def test_what_was_said_here_alone_counts_here_alone(bare: Path) -> None:
    a, b = clone(bare, "a"), clone(bare, "b")
    theirs, ours = entry("job", KIND), entry("job", KIND)
    assert b.claim(theirs) == Claim(True, theirs)
    assert a.claim(ours, here=True) == Claim(True, ours)
    assert a.claim(theirs, here=True) == Claim(False, ours)
    assert a.pending() == 1
    assert a.publish().done
    assert sorted(a.entries(), key=lambda each: each.id) == [theirs, ours]  # whoever syncs learns of both


def test_what_is_here_alone_holds_it_at_the_remote_too(bare: Path) -> None:
    journal = clone(bare, "a")
    mine = entry("job", KIND)
    assert journal.claim(mine, here=True).won
    assert journal.claim(entry("job", KIND)) == Claim(False, mine)


def test_a_won_claim_is_here_and_there_and_remembered(bare: Path) -> None:
    journal = clone(bare, "a")
    mine = entry("job", KIND)
    assert journal.claim(mine) == Claim(True, mine)
    tip = git(bare, "rev-parse", BRANCH)
    assert tip == tip_of(journal.root, journal.ref) == journal.tip()
    assert journal.kept.anchor() == journal.anchor(tip)
    assert journal.pending() == 0


def test_a_lost_claim_leaves_nothing_and_brings_theirs(bare: Path) -> None:
    a, b = clone(bare, "a"), clone(bare, "b")
    a.append([entry("first")])
    assert a.publish().done
    assert b.publish().done
    mine = entry("job", KIND)
    assert a.claim(mine).won
    assert b.claim(entry("job", KIND)) == Claim(False, mine)
    assert a.tip() == tip_of(b.root, b.ref)


def test_whoever_has_more_here_does_not_follow_to_less(bare: Path) -> None:
    journal = clone(bare, "a")
    mine = entry("job", KIND)
    assert journal.claim(mine).won
    more = journal.append([entry("pending")])
    assert journal.claim(mine).won
    assert journal.tip() == more


def test_a_branch_that_another_git_holds_follows_later(bare: Path) -> None:
    journal = clone(bare, "a")
    lock = journal.root / ".git/refs/heads/journal.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    mine = entry("job", KIND)
    assert journal.claim(mine) == Claim(True, mine)
    assert tip_of(journal.root, journal.ref) == ""
    lock.unlink()
    assert journal.publish().done
    assert tip_of(journal.root, journal.ref) == git(bare, "rev-parse", BRANCH)


def test_who_is_never_quick_enough_is_told_how_long(bare: Path) -> None:
    journal = clone(bare, "a")
    tampering.write(bare, {}, tampering.steps(clones.entries(60)))
    hook(
        bare,
        "update",
        "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
        'n=$(($(cat pushes 2>/dev/null || echo 0) + 1))\necho $n >pushes\ngit update-ref "$1" "whole~$((59 - n))"',
    )
    claim = journal.claim(entry("job", KIND), patience=0)
    assert (claim.won, claim.holder) == (False, None)
    assert claim.why == "pushing journal to origin: somebody else pushed first, for 0 s"
    assert (bare / "pushes").read_text(encoding="utf-8") == "1\n"


def test_a_remote_that_says_no_leaves_a_claim_undecided(bare: Path) -> None:
    journal = clone(bare, "a")
    closed = hook(bare, "pre-receive", "echo 'closed on Sundays' >&2; exit 1")
    mine = entry("job", KIND)
    claim = journal.claim(mine)
    assert (claim.won, claim.holder) == (False, None)
    assert "origin refuses it" in claim.why
    assert "closed on Sundays" in claim.why
    assert (journal.entries(), journal.kept.anchor()) == ((), None)
    closed.unlink()
    assert journal.claim(mine).won


def test_another_that_got_in_before_a_no_is_not_taken_for_ours(bare: Path) -> None:
    """The push is refused, and the remote has somebody else's claim by then."""
    a, b = clone(bare, "a"), clone(bare, "b")
    theirs = entry("job", KIND)
    b.append([theirs])
    git(b.root, "push", "--quiet", "origin", "journal:refs/heads/theirs")
    hook(
        bare,
        "pre-receive",
        "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
        "git update-ref refs/heads/journal refs/heads/theirs; exit 1",
    )
    claim = a.claim(entry("job", KIND))
    assert (claim.won, claim.holder) == (False, None)
    assert "refuses it" in claim.why
    assert a.claim(entry("job", KIND)) == Claim(False, theirs)


def test_a_rewritten_remote_decides_no_claim(bare: Path) -> None:
    journal = clone(bare, "a")
    those = clones.entries(5)
    journal.append(those)
    assert journal.publish().done
    tampering.write(bare, {BRANCH: tampering.rewrite(those, 2)}, tampering.steps(those))
    claim = journal.claim(entry("job", KIND))
    assert (claim.won, claim.holder) == (False, None)
    assert "was rewritten: it no longer holds entry 5" in claim.why


def test_without_a_remote_what_stands_in_the_way_is_raised(tmp_path: Path) -> None:
    journal = alone(tmp_path)
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "hello")
    git(tmp_path, "branch", BRANCH)
    with pytest.raises(GitError, match="reading the tip of journal: it is no entry of a journal"):
        journal.claim(entry("job", KIND))


def test_the_holder_is_the_first_of_just_this_kind_and_subject(tmp_path: Path) -> None:
    journal = alone(tmp_path)
    first, second = entry("job", KIND), entry("job", KIND)
    journal.append([entry("job", "job.finished"), entry("job/2", KIND), entry("a-job", KIND), first, second])
    tip = journal.tip()
    assert holder(journal, second, tip) == first
    assert holder(journal, second, "", tip, tip) == first
    assert holder(journal, second, "") is None
    assert holder(journal, entry("jo", KIND), tip) is None
    assert holder(journal, entry("j.b", KIND), tip) is None  # no pattern
    assert holder(journal, entry("job", "b.claimed"), tip) is None
    git(tmp_path, "checkout", "--quiet", BRANCH)
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "job.claimed nothing")
    assert holder(journal, entry("nothing", KIND), journal.tip()) is None
    git(tmp_path, "reset", "--quiet", "--hard", tip)
    longer = [entry("job more", KIND), entry("job", KIND)]
    journal.append(longer)
    assert holder(journal, replace(first, subject="job more"), journal.tip()) == longer[0]


def test_an_anchor_is_written_once_for_each_end(bare: Path) -> None:
    journal = clone(bare, "a")
    keep_anchor(journal, "")
    assert journal.kept.anchor() is None
    tips = [journal.append([entry(subject)]) for subject in ("a", "b")]
    for tip in tips:
        keep_anchor(journal, tip)
        kept = journal.kept.anchor()
        assert kept is not None
        assert kept.commit == tip
    before = journal.kept.anchor_path.stat().st_ino
    keep_anchor(journal, tips[1])
    assert journal.kept.anchor_path.stat().st_ino == before
    assert subjects(journal.entries()) == ["a", "b"]
    assert inspect(journal).troubles == ()
