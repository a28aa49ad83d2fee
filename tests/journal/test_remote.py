"""The remote: reached or not, willing or not, cut or rewritten; entries wait here and are never lost."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest
from tests.journal import clones, tampering
from tests.journal.clones import clone, entry, origin, subjects
from tests.trees import git

from lightship.errors import GitError, UsageError
from lightship.git import fetch_branch, push_branch
from lightship.git import tip as tip_of
from lightship.journal.inspection import inspect
from lightship.journal.store import Journal


def test_two_clones_that_wrote_apart_have_everything_afterwards(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    a, b = clone(bare, "a"), clone(bare, "b")
    a.append([entry("a1"), entry("a2")])
    b.append([entry("b1")])
    before = {each.id: each.to_bytes() for each in (*a.entries(), *b.entries())}
    assert a.publish().done
    met = b.publish()
    assert (subjects(met.ours), subjects(met.theirs)) == (["b1"], ["a1", "a2"])
    assert a.publish().done
    assert a.tip() == b.tip() == git(bare, "rev-parse", "journal")
    assert {each.id: each.to_bytes() for each in a.entries()} == before
    assert inspect(a).troubles == inspect(b).troubles == ()


@pytest.mark.parametrize(
    "address",
    ["../nowhere.git", "https://127.0.0.1:9/x.git", "ssh://git@127.0.0.1:9/x.git", "git://127.0.0.1:9/x.git"],
)
def test_a_remote_that_cannot_be_reached_is_said_at_once(tmp_path: Path, address: str) -> None:
    journal = clone(origin(tmp_path), "a")
    git(journal.root, "remote", "set-url", "origin", address)
    journal.append([entry("kept")])
    start = time.monotonic()
    done = journal.publish()
    assert time.monotonic() - start < 10  # the patience for others would be minutes
    assert not done.done
    assert "origin cannot be reached" in done.why
    assert journal.pending() == 1
    git(journal.root, "remote", "set-url", "origin", "../origin.git")
    assert journal.publish().done
    assert journal.pending() == 0


def test_a_remote_that_says_no_is_quoted(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    journal = clone(bare, "a")
    hook = bare / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'journals are closed on Sundays' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    journal.append([entry("kept")])
    done = journal.publish()
    assert not done.done
    assert (
        "origin refuses it: [remote rejected] (pre-receive hook declined); journals are closed on Sundays"
        in done.why
    )
    assert subjects(journal.entries()) == ["kept"]


def test_others_that_always_push_first_are_given_up_on_in_time(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    journal = clone(bare, "a")
    # The remote's own hook moves the branch just before ours would: nobody can ever be quicker.
    tampering.write(bare, {}, tampering.steps(clones.entries(200)))
    hook = bare / "hooks/update"
    hook.write_text(
        "#!/bin/sh\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
        'n=$(($(cat pushes 2>/dev/null || echo 0) + 1))\necho $n >pushes\ngit update-ref "$1" "whole~$((199 - n))"\n',
        encoding="utf-8",
    )
    hook.chmod(0o755)
    journal.append([entry("kept")])
    start = time.monotonic()
    done = journal.publish(patience=1)
    assert 1 < time.monotonic() - start < 30
    assert not done.done
    assert "somebody else pushed first, for 1 s" in done.why
    assert int((bare / "pushes").read_text(encoding="utf-8")) > 1
    assert "kept" in subjects(journal.entries())
    hook.unlink()
    assert journal.publish().done
    assert inspect(journal).troubles == ()


def test_a_network_that_hangs_is_left(tmp_path: Path) -> None:
    journal = clone(origin(tmp_path), "a")
    journal.append([entry("kept")])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        git(journal.root, "remote", "set-url", "origin", f"git://127.0.0.1:{silent.getsockname()[1]}/x.git")
        for talk in (
            lambda: fetch_branch(journal.root, "origin", "journal", silence=0.5),
            lambda: push_branch(journal.root, "origin", journal.tip(), "journal", silence=0.5),
        ):
            start = time.monotonic()
            with pytest.raises(GitError, match="no answer within"):
                talk()
            assert time.monotonic() - start < 10


def test_without_a_remote_everything_stays_here(tmp_path: Path) -> None:
    journal = clone(origin(tmp_path), "a")
    git(journal.root, "remote", "remove", "origin")
    journal.append([entry("here")])
    assert journal.publish().done
    assert (journal.pending(), subjects(journal.entries())) == (0, ["here"])


def test_a_branch_that_was_only_fetched_goes_on(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    a = clone(bare, "a")
    a.append([entry("first")])
    assert a.publish().done
    git(tmp_path, "clone", "--quiet", bare.as_uri(), "fetched")
    b = Journal(tmp_path / "fetched", clones.BRANCH)
    assert subjects(b.entries()) == ["first"]
    assert not tip_of(b.root, "refs/heads/journal")
    b.append([entry("second")])
    assert b.publish().ours == ()  # it was written behind what had been fetched
    assert subjects(b.entries()) == ["first", "second"]
    assert inspect(b).troubles == ()


@pytest.mark.parametrize("name", ["origin", "upstream"])
def test_what_was_fetched_is_read_though_the_branch_lags(tmp_path: Path, name: str) -> None:
    bare = origin(tmp_path)
    a = clone(bare, "a")
    a.append([entry("first")])
    assert a.publish().done
    git(tmp_path, "clone", "--quiet", "--origin", name, bare.as_uri(), "lagging")
    b = Journal(tmp_path / "lagging", clones.BRANCH)
    assert subjects(b.entries()) == ["first"]
    assert b.publish().done
    a.append([entry("second")])
    assert a.publish().done
    git(b.root, "fetch", "--quiet")
    if name == "origin":
        assert subjects(b.entries()) == ["first", "second"]
    b.append([entry("third")])
    assert b.publish().done
    assert subjects(b.entries()) == ["first", "second", "third"]
    assert inspect(b).troubles == ()


def test_a_clone_of_the_main_branch_alone(tmp_path: Path) -> None:
    """As a workflow checks out: shallow, one branch, and no remote-tracking ref for the journal."""
    bare = origin(tmp_path)
    a = clone(bare, "a")
    git(a.root, "commit", "--quiet", "--allow-empty", "--message", "main")
    git(a.root, "push", "--quiet", "origin", "HEAD:main")
    a.append([entry("first")])
    assert a.publish().done
    git(tmp_path, "clone", "--quiet", "--depth=1", "--single-branch", bare.as_uri(), "shallow")
    b = Journal(tmp_path / "shallow", clones.BRANCH)
    b.append([entry("second")])
    assert b.publish().done
    assert subjects(b.entries()) == ["first", "second"]
    assert b.pending() == 0
    assert inspect(b).troubles == ()


def test_a_shallow_journal_is_written_and_cannot_be_judged(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    a = clone(bare, "a")
    a.append(clones.entries(5))
    assert a.publish().done
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=journal", bare.as_uri(), "shallow")
    b = Journal(tmp_path / "shallow", clones.BRANCH)
    b.append([entry("more")])
    assert b.publish().done
    with pytest.raises(GitError, match="git fetch --unshallow"):
        inspect(b)
    git(b.root, "fetch", "--quiet", "--unshallow")
    assert inspect(b).troubles == ()


def test_a_remote_that_lost_entries_gets_them_again(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    a = clone(bare, "a")
    a.append(clones.entries(5))
    assert a.publish().done
    git(bare, "update-ref", "refs/heads/journal", "journal~2")
    done = a.publish()
    assert (done.done, done.mended) == (True, 2)
    assert git(bare, "rev-parse", "journal") == a.tip()


def test_a_remote_that_was_rewritten_is_not_believed(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    a = clone(bare, "a")
    those = clones.entries(5)
    a.append(those)
    assert a.publish().done
    tampering.write(bare, {"journal": tampering.rewrite(those, 2)}, tampering.steps(those))
    a.append([entry("kept")])
    done = a.publish()
    assert not done.done
    assert "rewritten: it no longer holds entry 5" in done.why
    assert subjects(a.entries()) == sorted([*(each.subject for each in those), "kept"])
    assert [trouble.what for trouble in inspect(a).troubles] == ["journal-rewritten"]


def test_a_claim_is_undecided_while_the_remote_is_away(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    a, b = clone(bare, "a"), clone(bare, "b")
    git(a.root, "remote", "set-url", "origin", "../nowhere.git")
    claim = a.claim(entry("job", "job.claimed"))
    assert (claim.won, claim.holder) == (False, None)
    assert "cannot be reached" in claim.why
    assert a.entries() == ()
    mine = entry("job", "job.claimed")
    assert b.claim(mine).won
    git(a.root, "remote", "set-url", "origin", "../origin.git")
    lost = a.claim(entry("job", "job.claimed"))
    assert (lost.won, lost.holder) == (False, mine)
    assert a.claim(entry("job", "job.finished")).won  # another kind is another claim
    assert b.claim(mine).won  # it holds it still


def test_a_claim_whose_answer_was_lost_is_asked_for(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    journal = clone(bare, "a")
    hook = bare / "hooks/post-receive"
    # The remote takes it, and the connection breaks before it says so.
    hook.write_text("#!/bin/sh\nkill -9 $PPID\n", encoding="utf-8")
    hook.chmod(0o755)
    assert journal.claim(entry("job", "job.claimed")).won
    assert subjects(journal.entries()) == ["job"]


def test_what_is_pending_and_a_claim_go_together(tmp_path: Path) -> None:
    bare = origin(tmp_path)
    a, b = clone(bare, "a"), clone(bare, "b")
    b.append([entry("theirs")])
    assert b.publish().done
    a.append([entry("pending")])
    assert a.claim(entry("job", "job.claimed")).won
    assert a.pending() == 1
    assert a.publish().done
    assert subjects(a.entries()) == ["job", "pending", "theirs"]
    assert inspect(a).troubles == ()


@pytest.mark.parametrize(
    "name", ["", "a..b", "-x", "a b", "a/.b", "x.lock", "a//b", "HEAD", "a~1", "x@{1}", "é\x07", "a."]
)
def test_a_name_that_git_does_not_take_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"lightship\.yaml"):
        Journal(tmp_path, name)
    checked = subprocess.run(
        ["git", "check-ref-format", "--branch", name], cwd=tmp_path, capture_output=True, check=False
    )
    assert checked.returncode


def test_git_would_take_a_lone_at_for_the_head(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"lightship\.yaml"):
        Journal(tmp_path, "@")


@pytest.mark.parametrize("name", ["journal", "demo-journal", "records/journal", "журнал", "a.b", "@x"])
def test_a_name_that_git_takes(tmp_path: Path, name: str) -> None:
    bare = origin(tmp_path)
    journal = Journal(clone(bare, "a").root, name)
    journal.append([entry("kept")])
    assert journal.publish().done
    assert inspect(journal).troubles == ()


def test_not_a_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git init"):
        Journal(tmp_path, "journal").append([entry("x")])


def test_hooks_of_the_clone_do_not_run(tmp_path: Path) -> None:
    journal = clone(origin(tmp_path), "a")
    witness = tmp_path / "ran"
    for name in ("pre-push", "reference-transaction", "post-update", "pre-commit"):
        hook = journal.root / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch '{witness}'\nexit 1\n", encoding="utf-8")
        os.chmod(hook, 0o755)
    journal.append([entry("x")])
    assert journal.publish().done
    assert not witness.exists()
