"""Branches of records, written as objects and moved by compare-and-swap: no work tree, no index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from lightship.errors import GitError, RefMoved
from lightship.git.process import DURABLE, run

_WRITER = "Lightship <lightship@localhost>"


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit to be written: files are put over those of its parent; `at` (aware) is its date, author and all."""

    message: str
    files: Mapping[str, bytes]
    at: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as git holds it, with what it changed against its first parent: (status, mode, blob, path)."""

    id: str
    parents: tuple[str, ...]
    message: str
    changes: tuple[tuple[str, str, str, str], ...]


def tip(root: Path, ref: str) -> str:
    """The commit that the full ref name `ref` points at; empty where there is no such ref."""
    return tips(root, ref).get(ref, "")


def tips(root: Path, *refs: str) -> Mapping[str, str]:
    """The commits of those of the full ref names `refs` that exist, in one go."""
    listing = run(root, "for-each-ref", "--format=%(refname) %(objectname)", *refs).decode()
    return {
        name: id for name, _, id in (line.partition(" ") for line in listing.splitlines()) if name in refs
    }


def write_commits(root: Path, ref: str, parent: str, drafts: Iterable[Draft]) -> str:
    """Write `drafts`, each on the one before it, onto `parent` ('' for none), and move `ref` there; the new tip.

    One process however many there are. Raises RefMoved where `ref` is no longer at `parent`: then nothing counts.
    """
    stream = b"".join(_import_lines(ref, parent, drafts))
    try:
        run(root, "fast-import", "--quiet", "--date-format=raw", stdin=stream, settings=DURABLE)
    except GitError as error:
        if tip(root, ref) != parent:
            raise RefMoved(f"writing to {ref}: somebody else wrote first") from error
        raise
    return tip(root, ref)


def _import_lines(ref: str, parent: str, drafts: Iterable[Draft]) -> Iterator[bytes]:
    for number, draft in enumerate(drafts):
        when = f"{int(draft.at.timestamp())} +0000"
        message = draft.message.encode()
        yield f"commit {ref}\ncommitter {_WRITER} {when}\ndata {len(message)}\n".encode() + message + b"\n"
        if number == 0 and parent:
            yield f"from {parent}\n".encode()
        for path, data in draft.files.items():
            yield f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
    yield b"done\n"


def rewrite_ref(root: Path, ref: str, onto: str, drafts: Iterable[Draft], old: str) -> str:
    """Write `drafts` onto the commit `onto`, and move `ref` there from `old`, whose history need not be kept; the new tip.

    Raises RefMoved where `ref` is no longer at `old`.
    """
    aside = f"refs/lightship/{uuid4().hex}"
    new = write_commits(root, aside, onto, drafts)
    set_ref(root, ref, new, old)
    run(root, "update-ref", "-d", aside)
    return new


def set_ref(root: Path, ref: str, new: str, old: str) -> None:
    """Move `ref` to `new`, if it is at `old` ('' for: there is none). Raises RefMoved where it is not."""
    try:
        run(root, "update-ref", ref, new, old or "0" * 40, settings=DURABLE)
    except GitError as error:
        if tip(root, ref) != old:
            raise RefMoved(f"moving {ref}: somebody else wrote first") from error
        raise


def is_ancestor(root: Path, older: str, newer: str) -> bool:
    """Whether `newer` holds all of the history of `older`."""
    return run(root, "rev-list", "--max-count=1", older, f"^{newer}").strip() == b""


def related(root: Path, one: str, other: str) -> bool:
    """Whether two commits have an ancestor in common."""
    try:
        return bool(run(root, "merge-base", one, other).strip())
    except GitError as error:
        if error.__cause__:
            raise
        return False


def history(root: Path, new: str, old: str = "") -> tuple[Commit, ...]:
    """The commits of `new` that `old` does not hold, oldest first, read by one process."""
    span = (new, f"^{old}") if old else (new,)
    listing = run(
        root, "log", "--reverse", "--topo-order", "--raw", "-r", "--root", "--first-parent", "-m", "--no-abbrev",
        "--no-renames", "-z", "--format=%x01%H %P%x02%B%x03", *span, "--",
    )  # fmt: skip
    return tuple(_commit(part) for part in listing.split(b"\x01")[1:])


def _commit(text: bytes) -> Commit:
    head, _, rest = text.partition(b"\x02")
    message, _, raw = rest.partition(b"\x03")
    id, *parents = head.decode().split()
    parts = [part for part in raw.strip(b"\0\n").split(b"\0") if part.strip()]
    changes = []
    for row, path in zip(parts[::2], parts[1::2], strict=False):
        _, mode, _, blob, status = row.decode().strip().lstrip(":").split()
        changes.append((status, mode, blob, path.decode("utf-8", "surrogateescape")))
    return Commit(id, tuple(parents), message.decode("utf-8", "surrogateescape"), tuple(changes))
