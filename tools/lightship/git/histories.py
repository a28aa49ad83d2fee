"""How branches came about: commits as git holds them, and what each changed, by a fixed number of processes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lightship.git.branches import WRITER
from lightship.git.objects import blobs
from lightship.git.process import run


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit did to a file: `status` is A, M, D or T; `mode` (octal) and `id` are those of the file it leaves."""

    status: str
    mode: str
    id: str
    path: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, byte for byte, and what it changed against its first parent."""

    id: str
    raw: bytes
    changes: tuple[Change, ...]

    @property
    def parents(self) -> tuple[str, ...]:
        """The ids of its parents."""
        head = self.raw.partition(b"\n\n")[0].decode("ascii", "replace")
        return tuple(line[7:] for line in head.split("\n") if line.startswith("parent "))

    @property
    def tree(self) -> str:
        """The id of its tree."""
        return self.raw[5 : self.raw.find(b"\n")].decode("ascii", "replace")

    @property
    def message(self) -> str:
        """Its message."""
        return self.raw.partition(b"\n\n")[2].decode("utf-8", "surrogateescape")

    @property
    def sound(self) -> bool:
        """Whether the bytes are those that the id stands for."""
        digest = hashlib.new("sha256" if len(self.id) == 64 else "sha1", usedforsecurity=False)
        digest.update(b"commit %d\0" % len(self.raw) + self.raw)
        return digest.hexdigest() == self.id


def as_written(tree: str, parents: Iterable[str], message: str, at: datetime) -> bytes:
    """The bytes of the commit that a draft becomes."""
    when = f"{WRITER} {int(at.timestamp())} +0000"
    lines = (f"tree {tree}", *(f"parent {id}" for id in parents), f"author {when}", f"committer {when}")
    return "\n".join((*lines, "", message)).encode()


def history(root: Path, tip: str) -> tuple[Commit, ...]:
    """The commits that lead to `tip`, oldest first, first parents only."""
    ids = run(root, "rev-list", "--first-parent", "--reverse", tip).decode().split()
    raw, changed = blobs(root, ids), changes(root, ids)
    return tuple(Commit(id, raw[id], changed.get(id, ())) for id in ids)


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A commit with its parents, and the addresses (in lower case) of who wrote it and who committed it."""

    id: str
    parents: tuple[str, ...]
    addresses: frozenset[str]


def ancestry(root: Path, tips: Iterable[str], known: Iterable[str] = ()) -> Mapping[str, Ancestor]:
    """The commits that lead to `tips` and not to `known`, by id."""
    wanted = "".join(f"{tip}\n" for tip in tips) + "".join(f"^{tip}\n" for tip in known)
    listing = run(root, "rev-list", "--format=%P%x00%ae%x00%ce", "--stdin", stdin=wanted.encode())
    lines = iter(listing.decode("utf-8", "replace").split("\n"))
    found = {}
    for line in lines:
        if line.startswith("commit "):
            parents, author, committer = next(lines).split("\0")
            addresses = frozenset((author.lower(), committer.lower()))
            found[line[7:]] = Ancestor(line[7:], tuple(parents.split()), addresses)
    return found


def line_of(root: Path, tip: str, since: str = "") -> tuple[str, ...]:
    """The commits that lead to `tip`, the newest first, first parents only; those after `since`, where given."""
    return tuple(
        run(root, "rev-list", "--first-parent", tip, *((f"^{since}",) if since else ())).decode().split()
    )


def sides(root: Path, one: str, other: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The commits that only `one` holds, and those that only `other` does, oldest first.

    Also where they never met; '' holds none.
    """
    if not (one and other):
        alone = one or other
        ids = (
            tuple(run(root, "rev-list", "--topo-order", "--reverse", alone).decode().split()) if alone else ()
        )
        return (ids, ()) if one else ((), ids)
    listing = run(root, "rev-list", "--left-right", "--topo-order", "--reverse", f"{one}...{other}")
    lines = listing.decode().split()
    return (
        tuple(line[1:] for line in lines if line[0] == "<"),
        tuple(line[1:] for line in lines if line[0] == ">"),
    )


def changes(root: Path, ids: Iterable[str]) -> Mapping[str, tuple[Change, ...]]:
    """What each of the commits changed against its first parent, the first one against nothing."""
    wanted = "".join(f"{id}\n" for id in ids)
    options = ("-r", "-z", "--root", "--diff-merges=first-parent", "--raw", "--no-abbrev", "--no-renames")
    listing = run(root, "diff-tree", "--stdin", *options, stdin=wanted.encode())
    found: dict[str, list[Change]] = {}
    held: list[Change] = []
    parts = iter(listing.split(b"\0"))
    for part in parts:
        if part.startswith(b":"):
            held.append(_change(part, parts))
        elif part:
            held = found.setdefault(part.decode(), [])
    return {id: tuple(those) for id, those in found.items()}


def _change(row: bytes, parts: Iterator[bytes]) -> Change:
    _, mode, _, id, status = row.decode().split()
    return Change(status, mode, id, next(parts).decode("utf-8", "surrogateescape"))
