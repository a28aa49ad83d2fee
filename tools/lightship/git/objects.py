"""Commits, trees and files, read as objects: no work tree, no index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightship.errors import GitError
from lightship.git.process import REMEDIES, run

_WHOLE_ID = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
_PLAIN_DIFF = (
    "--name-only",
    "-z",
    "--relative",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=dirty",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree: `mode` in octal as git writes it."""

    path: str
    mode: str
    kind: str
    id: str


def resolve(root: Path, ref: str) -> str:
    """The commit that `ref` names, in hex digits."""
    try:
        found = run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    except GitError as error:
        if error.__cause__ or any(mark in str(error) for mark in REMEDIES):
            raise
        raise GitError(
            f"looking up '{ref}': there is no such commit here; in a shallow clone fetch it first "
            "(actions/checkout: `fetch-depth: 0`)"
        ) from error
    return found.decode().strip()


def merge_base(root: Path, one: str, other: str) -> str:
    """The best common ancestor of two refs."""
    first, second = resolve(root, one), resolve(root, other)
    try:
        return run(root, "merge-base", first, second).decode().strip()
    except GitError as error:
        raise GitError(
            f"looking for the common ancestor of '{one}' and '{other}': there is none here; in a shallow clone "
            "fetch the history first (actions/checkout: `fetch-depth: 0`)"
        ) from error


def names(root: Path, ref: str) -> tuple[str, ...]:
    """What lies at the top of `root` in the commit `ref`."""
    listing = run(root, "ls-tree", "-z", "--name-only", resolve(root, ref))
    return tuple(row.decode("utf-8", "surrogateescape") for row in listing.split(b"\0") if row)


def tree(root: Path, ref: str, paths: Sequence[str] = ()) -> Iterator[Entry]:
    """Every file of the commit `ref` below `paths`, which are relative to `root`; all of the commit without them."""
    where = ("--", *paths) if paths else ("--full-tree",)
    commit = ref if _WHOLE_ID.fullmatch(ref) else resolve(root, ref)
    return _entries(run(root, "ls-tree", "-r", "-z", commit, *where))


def _entries(listing: bytes) -> Iterator[Entry]:
    for row in listing.split(b"\0"):
        if row:
            head, _, path = row.partition(b"\t")
            mode, kind, id = head.decode().split()
            yield Entry(path.decode("utf-8", "surrogateescape"), mode, kind, id)


def sizes(root: Path, ids: Iterable[str]) -> Mapping[str, int]:
    """The sizes of blobs by id, in bytes."""
    wanted = "".join(f"{id}\n" for id in dict.fromkeys(ids))
    if not wanted:
        return {}
    found = {}
    for line in (
        run(root, "cat-file", "--batch-check", "--buffer", stdin=wanted.encode()).decode().splitlines()
    ):
        id, *rest = line.split()
        if rest[-1] == "missing":
            raise _missing(id)
        found[id] = int(rest[-1])
    return found


def blobs(root: Path, ids: Iterable[str], *, partial: bool = False) -> Mapping[str, bytes]:
    """The contents of blobs by id; with `partial`, missing ones are left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    stream = run(root, "cat-file", "--batch", "--buffer", stdin="".join(f"{id}\n" for id in wanted).encode())
    found: dict[str, bytes] = {}
    at = 0
    for id in wanted:
        end = stream.index(b"\n", at)
        header = stream[at:end].split()
        if header[-1] == b"missing":
            if not partial:
                raise _missing(id)
            at = end + 1
            continue
        size = int(header[2])
        found[id] = stream[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def _missing(id: str) -> GitError:
    return GitError(f"reading {id}: the object is missing; in a partial clone fetch it first")


def changed_paths(root: Path, base: str, head: str | None) -> tuple[str, ...]:
    """Paths below `root`, relative to it, that differ between the commits `base` and `head`.

    Where `head` is None, between `base` and the folder as it stands, untracked files included.
    """
    ends = [resolve(root, base)] if head is None else [resolve(root, base), resolve(root, head)]
    listing = run(root, "diff", *_PLAIN_DIFF, *ends, "--")
    if head is None:
        listing += run(root, "ls-files", "-z", "--others", "--exclude-standard")
    return tuple(sorted({row.decode("utf-8", "surrogateescape") for row in listing.split(b"\0") if row}))


def added(root: Path, old: str, new: str) -> Iterator[Entry]:
    """Files of the commit `new` that `old` does not hold as they are."""
    listing = run(
        root, "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--diff-filter=AM", old, new
    )
    parts = listing.split(b"\0")
    for row, path in zip(parts[::2], parts[1::2], strict=False):
        _, mode, _, blob, _ = row.decode().split()
        yield Entry(path.decode("utf-8", "surrogateescape"), mode, "blob", blob)
