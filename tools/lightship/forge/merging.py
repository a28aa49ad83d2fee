"""Merging a request here: one new file on the main branch, by compare-and-swap; and the work tree that shows that branch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lightship import git
from lightship.errors import CouldNotRun, UsageError


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that is written, and not yet on the branch: `commit`, on `base`."""

    commit: str
    base: str


def write(root: Path, path: str, data: bytes, base: str, head: str, by: str, at: datetime) -> Merge:
    """The commit that brings the one file to `base`, with the branch's commit `head` as its other parent."""
    name = path.rpartition("/")[2].removesuffix(".yaml")
    draft = git.Draft(f"Merge {name}\n", {path: data}, at, by, head)
    return Merge(git.write_objects(root, base, [draft]), base)


def check_work_tree(root: Path, branch: str, path: str) -> bool:
    """Whether the work tree at `root` shows `branch`, and so gets the new file. Raises UsageError where it cannot."""
    places = _shown(root, branch)
    top = Path(git.run(root, "rev-parse", "--show-toplevel").decode().strip()) if places else root
    others = [place for place in places if place.resolve() != top.resolve()]
    if others:
        raise UsageError(
            f"merging into {branch}: it is checked out in {others[0]} too; check out another branch there"
        )
    if places and (top / path).exists():
        raise UsageError(f"merging into {branch}: {path} lies in the work tree already; move it away first")
    return bool(places)


def move(root: Path, branch: str, merge: Merge, push: Callable[[], None] | None) -> None:
    """Bring `merge` to the branch: first at the remote, where there is one. Raises RefMoved where others were quicker."""
    if push is not None:
        push()
    git.set_ref(root, f"refs/heads/{branch}", merge.commit, merge.base)


def show(root: Path, path: str, data: bytes, commit: str) -> None:
    """Put the new file into the work tree and its index; nothing else there is touched, clean or not."""
    top = Path(git.run(root, "rev-parse", "--show-toplevel").decode().strip())
    entry = next((each for each in git.tree(root, commit, [path]) if each.path == path), None)
    if entry is None:
        raise CouldNotRun(f"showing {path}: the merge does not hold it; run `git status`")
    (top / path).parent.mkdir(parents=True, exist_ok=True)
    (top / path).write_bytes(data)
    git.run(root, "update-index", "--add", "--cacheinfo", f"100644,{entry.id},{path}")


def _shown(root: Path, branch: str) -> list[Path]:
    """The work trees that show `branch`."""
    listing = git.run(root, "worktree", "list", "--porcelain").decode("utf-8", "surrogateescape")
    found = []
    for block in listing.split("\n\n"):
        lines = block.splitlines()
        if f"branch refs/heads/{branch}" in lines:
            found.append(Path(lines[0].removeprefix("worktree ")))
    return found
