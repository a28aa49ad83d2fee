"""`lightship request`, `approve` and `decide`, as people and programs use them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.forge.world import World
from tests.trees import Done, git, lightship, write

from lightship.forge.reading import path_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The portal that is copied."""
    return World.made(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(made: World, tmp_path: Path) -> World:
    """A portal for this test alone."""
    return made.copy(tmp_path)


def ask(world: World, *more: str, person: str = "ada") -> Done:
    """Ask for a note about `pay`."""
    said = ("request", "new", "note", "--target", "pay", "--reason", "Because", "--as", person)
    return lightship(world.root, *said, "--key", str(world.keys / person), *more)


def asked(world: World, *more: str) -> str:
    """The id of a request that was asked for."""
    done = ask(world, *more, "--format", "json")
    assert done.code == 0, done.err
    return str(json.loads(done.out)["id"])


def approve(world: World, id: str, person: str = "ben", *more: str) -> Done:
    """Approve it with one's own key."""
    return lightship(world.root, "approve", id, "--as", person, "--key", str(world.keys / person), *more)


def told(done: Done) -> Any:
    """The JSON that was printed."""
    return json.loads(done.out)


def test_ask_approve_decide_merge(world: World) -> None:
    id = asked(world, "--input", "times=2", "--input", "text=Hi: there")
    tip = git(world.root, "rev-parse", "main")
    assert git(world.root, "diff", "--name-status", tip, f"request/{id}") == f"A\t{path_of(id)}"
    text = git(world.root, "show", f"request/{id}:{path_of(id)}")
    assert "times: 2\n" in text and 'text: "Hi: there"' in text

    done = lightship(world.root, "decide", id, "--format", "json")
    assert done.code == 1
    decision = told(done)
    assert decision.keys() == {"allowed", "requirements", "reasons", "expires_at"}
    assert (decision["allowed"], decision["expires_at"]) == (False, None)
    assert decision["requirements"] == [
        {"id": "target-owner", "needed": 1, "satisfied_by": [], "could_satisfy": ["ben", "cy"]}
    ]

    early = lightship(world.root, "request", "merge", id)
    assert (early.code, "not approved" in early.err) == (2, True)
    few = approve(world, id[-3:])
    assert (few.code, "write more of it" in few.err) == (2, True)
    said = approve(world, id[-6:])
    assert (said.code, "Hi: there" in said.err) == (0, True)  # what is signed is shown
    merged = lightship(world.root, "request", "merge", id, "--as", "cy", "--format", "json")
    assert (merged.code, told(merged)["state"], told(merged)["merged"]) == (0, "allowed", True)

    allowed = lightship(world.root, "decide", id, "--format", "json")
    assert allowed.code == 0
    assert told(allowed)["requirements"][0]["satisfied_by"] == [{"person": "ben", "capacity": "target-owner"}]
    later = lightship(world.root, "decide", id, "--now", "2199-01-01T00:00:00Z")
    assert (later.code, "expired" in later.out) == (1, True)

    # What is checked out is what was merged; nothing else changed.
    assert git(world.root, "status", "--porcelain") == ""
    assert (world.root / path_of(id)).read_text() == text + "\n"
    assert git(world.root, "branch", "--list", "request/*") == ""
    assert lightship(world.root, "validate").code == 0
    again = lightship(world.root, "request", "merge", id)
    assert (again.code, "merged already" in again.err) == (2, True)


def test_list_show_and_plan(world: World) -> None:
    id = asked(world, "--input", "text=Good morning", "--for", "eve")
    approve(world, id, "ben", "--reason", "Fine")
    rows = told(lightship(world.root, "request", "list", "--format", "json"))
    assert [(row["id"], row["state"], row["request"]["for"]) for row in rows] == [(id, "pending", "eve")]
    shown = told(lightship(world.root, "request", "show", id[-8:], "--format", "json"))
    assert [(vote["person"], vote["verdict"], vote["counts"]) for vote in shown["votes"]] == [
        ("ben", "approve", True)
    ]
    plan = lightship(world.root, "request", "plan", id, "--format", "json")
    assert plan.code == 0
    (step,) = told(plan)["steps"]
    assert (step["uses"], step["with"]["text"]) == ("slack.post_message", "Good morning")
    for words in (("list",), ("show", id), ("plan", id)):
        done = lightship(world.root, "request", *words)
        assert (done.code, id in done.out) == (0, True)


def test_cancel_is_for_who_asked(world: World) -> None:
    id = asked(world)
    theirs = lightship(world.root, "request", "cancel", id, "--as", "ben", "--key", str(world.keys / "ben"))
    assert (theirs.code, "'ada' asked for it" in theirs.err) == (2, True)
    forged = lightship(world.root, "request", "cancel", id, "--as", "ada", "--key", str(world.keys / "ben"))
    assert (forged.code, "none of their keys" in forged.err) == (2, True)
    own = lightship(world.root, "request", "cancel", id, "--as", "ada", "--key", str(world.keys / "ada"))
    assert own.code == 0
    assert told(lightship(world.root, "request", "list", "--format", "json")) == []
    (row,) = told(lightship(world.root, "request", "list", "--all", "--format", "json"))
    assert row["state"] == "cancelled"
    late = approve(world, id)
    assert (late.code, "ended: cancelled" in late.err) == (2, True)


REFUSED = {
    "no such action": (("nope", "--target", "pay"), "there is no action 'nope'"),
    "a near miss": (("not", "--target", "pay"), "did you mean 'note'"),
    "no such target": (("note", "--target", "payy"), "is not a service"),
    "an input that nobody asks for": (
        ("note", "--target", "pay", "--input", "texts=x"),
        "does not ask for it",
    ),
    "an input of another type": (("note", "--target", "pay", "--input", "times=often"), "of type integer"),
    "an input twice": (
        ("note", "--target", "pay", "--input", "times=1", "--input", "times=2"),
        "'times' is given twice",
    ),
    "an input without a value": (("note", "--target", "pay", "--input", "text"), "NAME=VALUE"),
    "an empty reason": (("note", "--target", "pay", "--reason", " "), "reason"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_asked_for_is_said_at_once(world: World, name: str) -> None:
    words, message = REFUSED[name]
    more = () if "--reason" in words else ("--reason", "Because")
    done = lightship(
        world.root, "request", "new", *words, *more, "--as", "ada", "--key", str(world.keys / "ada")
    )
    assert done.code == 2
    assert message in done.err
    assert git(world.root, "branch", "--list", "request/*") == ""


def test_what_would_be_denied_is_not_asked_for(world: World) -> None:
    """Nobody is asked in vain, and at 3 a.m. a mistake uses up nobody's break-glass."""
    before = git(world.root, "rev-parse", "journal")
    for person, why in (("ada", "it needs an open incident"), ("ben", "'ben' is not among those")):
        done = ask(world, "--break-glass", person=person)
        assert (done.code, done.out) == (2, "")
        assert f"it would be denied: {why}" in done.err
    assert git(world.root, "rev-parse", "journal") == before
    assert not git(world.root, "branch", "--list", "request/*")


def test_hostile_texts_stay_texts(world: World) -> None:
    reason = "$(touch /x) {{ 7*7 }} '; approved_by: ben\n\"---\\ \N{RIGHT-TO-LEFT MARK} done"
    done = lightship(
        world.root, "request", "new", "note", "--target", "pay", "--as", "ada", "--key", str(world.keys / "ada"),
        "--reason", reason.replace("\N{RIGHT-TO-LEFT MARK}", ""), "--format", "json",
    )  # fmt: skip
    assert done.code == 0, done.err
    shown = told(lightship(world.root, "request", "show", told(done)["id"], "--format", "json"))
    assert shown["request"]["reason"] == reason.replace("\N{RIGHT-TO-LEFT MARK}", "")
    assert "approved_by" not in shown["request"]


def test_nobody_asks_or_approves_in_the_name_of_another(world: World) -> None:
    done = lightship(
        world.root, "request", "new", "note", "--target", "pay", "--reason", "x", "--as", "ada",
        "--key", str(world.keys / "ben"),
    )  # fmt: skip
    assert (done.code, "none of their keys" in done.err) == (2, True)
    id = asked(world)
    forged = lightship(world.root, "approve", id, "--as", "ben", "--key", str(world.keys / "stranger"))
    assert (forged.code, "none of their keys" in forged.err) == (2, True)
    own = approve(world, id, "ada")
    assert (own.code, "somebody else has to approve" in own.err) == (2, True)
    keyless = lightship(world.root, "approve", id, "--as", "ben")
    assert (keyless.code, "there is no key here" in keyless.err) == (2, True)


def test_who_has_no_say_is_told(world: World) -> None:
    """Their word is kept, for they may come to have one; but they do not leave believing that it counted."""
    id = asked(world)
    idle = approve(world, id, "eve")
    assert (idle.code, "eve: this yes is none of those that are still needed" in idle.err) == (0, True)
    no = approve(world, id, "eve", "--deny")
    assert (no.code, "eve: this no stops nothing" in no.err) == (0, True)
    yes = approve(world, id, "ben")
    assert (yes.code, "this yes" in yes.err) == (0, False)
    stopped = approve(world, id, "cy", "--deny")
    assert (stopped.code, "this no" in stopped.err) == (0, False)


def test_gits_own_signing_key_is_taken(world: World) -> None:
    git(world.root, "config", "gpg.format", "ssh")
    git(world.root, "config", "user.signingkey", str(world.keys / "ada"))
    done = lightship(world.root, "request", "new", "note", "--target", "pay", "--reason", "x", "--as", "ada")
    assert done.code == 0, done.err


def test_a_passphrase_is_never_waited_for(world: World) -> None:
    key = world.keys.parent / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", str(key)], check=True)
    words = ("request", "new", "note", "--target", "pay", "--reason", "x", "--as", "ada", "--key", str(key))
    done = lightship(world.root, *words, env={"DISPLAY": ":0", "SSH_ASKPASS": "/bin/cat"}, timeout=20)
    assert (done.code, "passphrase" in done.err) == (2, True)


def test_a_passphrase_is_asked_for_at_a_terminal(world: World) -> None:
    key = world.keys.parent / "asked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", str(key)], check=True)
    public = key.with_suffix(".pub").read_text().strip()
    world.commit({"catalog/people/ada.yaml": f'name: Ada\nssh_signing_keys: ["{public}"]\n'})
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(world.root)
        words = [
            "request",
            "new",
            "note",
            "--target",
            "pay",
            "--reason",
            "x",
            "--as",
            "ada",
            "--key",
            str(key),
        ]
        os.execv(sys.executable, [sys.executable, "-m", "lightship", *words])
    seen = b""
    while b"passphrase" not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, b"secret\n")
    try:
        while part := os.read(terminal, 1000):
            seen += part
    except OSError:
        pass  # the terminal went with its process
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, seen
    assert b"lightship approve" in seen


def test_merging_leaves_other_work_alone(world: World) -> None:
    id = asked(world)
    approve(world, id)
    write(world.root, {"catalog/services/pay.yaml": "name: Changed\n", "new.txt": "mine"})
    git(world.root, "add", "new.txt")
    before = git(world.root, "status", "--porcelain")
    assert lightship(world.root, "request", "merge", id).code == 0
    assert git(world.root, "status", "--porcelain") == before
    assert (
        git(world.root, "show", "--name-status", "--format=", "-m", "--first-parent", "main")
        == f"A\t{path_of(id)}"
    )


def test_merging_from_another_branch_leaves_the_work_tree_alone(world: World) -> None:
    id = asked(world)
    approve(world, id)
    git(world.root, "checkout", "--quiet", "-b", "elsewhere")
    assert lightship(world.root, "request", "merge", id).code == 0
    assert not (world.root / path_of(id)).exists()
    assert git(world.root, "status", "--porcelain") == ""
    assert git(world.root, "cat-file", "-t", f"main:{path_of(id)}") == "blob"


def test_merging_never_overwrites(world: World) -> None:
    id = asked(world)
    approve(world, id)
    write(world.root, {path_of(id): "mine"})
    done = lightship(world.root, "request", "merge", id)
    assert (done.code, "lies in the work tree already" in done.err) == (2, True)
    assert (world.root / path_of(id)).read_text() == "mine"
    assert not git(world.root, "ls-tree", "main", path_of(id))


def test_the_first_request_begins_the_journal(world: World) -> None:
    git(world.root, "update-ref", "-d", "refs/heads/journal")
    id = asked(world)
    approve(world, id)
    assert lightship(world.root, "request", "merge", id).code == 0
    assert lightship(world.root, "decide", id).code == 0
    assert lightship(world.root, "journal", "verify").code == 0


def test_two_clones_and_a_remote(world: World, tmp_path: Path) -> None:
    """Asked in one clone, approved in another, merged in a third; each sees what the others did."""
    remote = tmp_path / "remote.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(world.root), str(remote))
    clones = {}
    for name in ("one", "two", "three"):
        git(tmp_path, "clone", "--quiet", str(remote), name)
        clones[name] = World(tmp_path / name, world.keys)
    id = asked(clones["one"])
    assert approve(clones["two"], id).code == 0
    done = lightship(clones["three"].root, "request", "merge", id, "--format", "json")
    assert (done.code, told(done)["state"]) == (0, "allowed"), done.err
    for clone in clones.values():
        assert lightship(clone.root, "decide", id).code == 0
    assert git(remote, "rev-parse", "main") == git(clones["three"].root, "rev-parse", "main")

    other = asked(clones["two"])
    assert approve(clones["three"], other).code == 0
    behind = lightship(clones["two"].root, "request", "merge", other)
    assert (behind.code, "git pull" in behind.err) == (2, True)
    git(clones["two"].root, "pull", "--quiet", "--ff-only")
    assert lightship(clones["two"].root, "request", "merge", other).code == 0


def test_a_merge_that_nobody_could_see_is_none(world: World, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(world.root), str(remote))
    git(world.root, "remote", "add", "origin", str(remote))
    id = asked(world)
    approve(world, id)
    before = git(world.root, "rev-parse", "main")
    remote.rename(tmp_path / "away.git")
    done = lightship(world.root, "request", "merge", id)
    assert (done.code, "nothing was merged" in done.err) == (3, True)
    assert git(world.root, "rev-parse", "main") == before
    (tmp_path / "away.git").rename(remote)
    assert lightship(world.root, "request", "merge", id).code == 0
    assert lightship(world.root, "decide", id).code == 0


def _at_a_remote(world: World, folder: Path) -> Path:
    remote = folder / "remote.git"
    git(folder, "clone", "--quiet", "--bare", str(world.root), str(remote))
    git(world.root, "remote", "add", "origin", str(remote))
    return remote


def test_a_merge_leaves_no_branch_at_the_remote(world: World, tmp_path: Path) -> None:
    """Nor does a withdrawal. One that the remote keeps is said, and the merge counts all the same."""
    remote = _at_a_remote(world, tmp_path)
    merged, withdrawn, kept = (asked(world) for _ in range(3))
    heads = ("for-each-ref", "--format=%(refname:short)", "refs/heads/request/")
    assert git(remote, *heads).split() == [f"request/{id}" for id in sorted((merged, withdrawn, kept))]
    approve(world, merged)
    done = lightship(world.root, "request", "merge", merged)
    assert (done.code, "pending" in done.out.partition("\n")[2]) == (0, False), done.out
    assert (
        lightship(
            world.root, "request", "cancel", withdrawn, "--as", "ada", "--key", str(world.keys / "ada")
        ).code
        == 0
    )
    assert git(remote, *heads).split() == [f"request/{kept}"]
    assert git(remote, "cat-file", "-t", f"main:{path_of(merged)}") == "blob"

    approve(world, kept)
    git(remote, "config", "receive.denyDeletes", "true")
    done = lightship(world.root, "request", "merge", kept)
    assert done.code == 0
    assert f"`git push origin --delete request/{kept}`" in done.out
    assert lightship(world.root, "decide", kept).code == 0


def test_a_branch_that_others_went_on_with_stays(world: World, tmp_path: Path) -> None:
    """Between our fetch and the deletion somebody pushes to it: a hook of the remote is that somebody."""
    remote = _at_a_remote(world, tmp_path)
    id = asked(world)
    approve(world, id)
    hook = remote / "hooks" / "post-receive"
    hook.write_text(
        f"#!/bin/sh\nwhile read -r old new ref; do\n"
        f'  [ "$ref" = refs/heads/main ] && git update-ref refs/heads/request/{id} "$new"\ndone\ntrue\n'
    )
    hook.chmod(0o755)
    done = lightship(world.root, "request", "merge", id)
    assert (done.code, "--delete" in done.out) == (0, False)
    assert git(remote, "rev-parse", f"request/{id}") == git(remote, "rev-parse", "main")
    assert lightship(world.root, "decide", id).code == 0


def test_a_no_may_be_taken_back_until_the_merge(world: World) -> None:
    """Each run says that it is refused; what was said last counts."""
    id = asked(world)
    assert approve(world, id, "cy", "--deny").code == 0
    for _ in range(2):
        done = lightship(world.root, "execute", "--format", "json")
        assert [step["outcome"] for step in json.loads(done.out)["steps"]] == ["refused"]
    assert lightship(world.root, "request", "merge", id).code == 2
    assert approve(world, id, "cy").code == 0
    assert lightship(world.root, "request", "merge", id).code == 0
    done = lightship(world.root, "execute", "--format", "json")
    assert [step["outcome"] for step in json.loads(done.out)["steps"]] == ["simulated"]


def test_pull_requests_are_for_github(world: World) -> None:
    world.commit(
        {"lightship.yaml": "name: Test\nforge: github\nrepository: https://github.com/acme/portal\n"}
    )
    done = ask(world)
    assert done.code in (2, 3)
    assert "GitHub" in done.err or "pull requests" in done.err
