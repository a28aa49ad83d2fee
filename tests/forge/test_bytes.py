"""A3: an approval counts for the very bytes that were seen, at their path, as a plain file; and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.forge.world import World
from tests.trees import git

from lightship.forge.reading import path_of

Edit = Callable[[Path], None]


def _rewritten(change: Callable[[bytes], bytes]) -> Edit:
    return lambda path: void(path.write_bytes(change(path.read_bytes())))


def void(_: object) -> None:
    """Nothing."""


def _linked(path: Path) -> None:
    path.with_name("elsewhere").write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to("elsewhere")


EDITS: dict[str, Edit] = {
    "a byte": _rewritten(lambda data: data.replace(b"Because", b"becAuse")),
    "another target": _rewritten(lambda data: data.replace(b"target: pay", b"target: pax")),
    "a comment": _rewritten(lambda data: data + b"# seen\n"),
    "a space at a line's end": _rewritten(lambda data: data.replace(b"target: pay\n", b"target: pay \n")),
    "an empty line": _rewritten(lambda data: data + b"\n"),
    "line ends": _rewritten(lambda data: data.replace(b"\n", b"\r\n")),
    "the order of lines": _rewritten(lambda data: b"\n".join(sorted(data.splitlines())) + b"\n"),
    "quotes": _rewritten(lambda data: data.replace(b'"Because"', b"'Because'")),
    "a mark at its beginning": _rewritten(lambda data: b"\xef\xbb\xbf" + data),
    "nothing left": _rewritten(lambda data: b""),
    "a longer life": _rewritten(
        lambda data: data.replace(b"not_after: 2026-11-21", b"not_after: 2026-11-26")
    ),
    "its mode": lambda path: path.chmod(0o755),
    "a rename": lambda path: void(path.rename(path.with_name("req-01m7w3000000000000000000aa.yaml"))),
    "a move": lambda path: void(path.rename(path.parents[1] / path.name)),
    "a symlink": _linked,
    "its end": lambda path: path.unlink(),
}


def test_any_edit_on_the_branch_after_approval_voids_it(world: World) -> None:
    id = world.ask()
    world.vote(id)
    git(world.root, "checkout", "--quiet", f"request/{id}")
    head = git(world.root, "rev-parse", "HEAD")
    wrong = []
    for name, edit in EDITS.items():
        edit(world.root / path_of(id))
        world.save()
        wrong += [name] if world.why(id) <= {"allowed", "merge"} else []
        git(world.root, "reset", "--quiet", "--hard", head)
    assert wrong == []
    assert world.why(id) == {"merge"}, "there and back, all that it lacks is the merge"


@pytest.mark.parametrize("name", ["a comment", "its mode", "a rename"])
def test_an_edit_that_is_merged_all_the_same_denies(world: World, name: str) -> None:
    id = world.ask()
    world.vote(id)
    git(world.root, "checkout", "--quiet", f"request/{id}")
    EDITS[name](world.root / path_of(id))
    world.save()
    world.merge_by_hand(id)
    assert world.why(id) == {"problem"}


def test_any_edit_on_the_main_branch_after_the_merge_voids_it(world: World) -> None:
    id = world.approved()
    assert world.why(id) == {"allowed"}
    head = git(world.root, "rev-parse", "HEAD")
    wrong = []
    for name, edit in EDITS.items():
        edit(world.root / path_of(id))
        world.save()
        wrong += [name] if world.why(id) != {"problem"} else []
        git(world.root, "reset", "--quiet", "--hard", head)
    assert wrong == []
    assert world.why(id) == {"allowed"}


def test_there_and_back_on_the_branch_allows(world: World) -> None:
    id = world.ask()
    world.vote(id)
    path = world.root / path_of(id)
    git(world.root, "checkout", "--quiet", f"request/{id}")
    before = path.read_bytes()
    for data in (before + b"# seen\n", before):
        path.write_bytes(data)
        world.save()
    git(world.root, "checkout", "--quiet", "main")
    world.merge(id)
    assert world.decide(id).allowed


def test_there_and_back_by_force_allows(world: World) -> None:
    id = world.ask()
    world.vote(id)
    head = git(world.root, "rev-parse", f"request/{id}")
    git(world.root, "checkout", "--quiet", f"request/{id}")
    (world.root / path_of(id)).write_bytes(b"action: note\n")
    world.save()
    git(world.root, "checkout", "--quiet", "main")
    assert world.decide(id).state == "denied"
    git(world.root, "branch", "--force", f"request/{id}", head)
    world.merge(id)
    assert world.decide(id).allowed


def test_asking_again_for_what_was_edited_needs_new_approvals(world: World) -> None:
    id = world.ask()
    world.vote(id)
    seen = world.asked(id).digest
    other = world.ask(reason="Something else")
    world.vote(other, bound=seen)
    world.merge(other)
    assert world.why(other) == {"lacking"}
