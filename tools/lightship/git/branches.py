"""Branches of records, written as objects and moved by compare-and-swap: no work tree, no index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lightship.errors import GitError, RefMoved
from lightship.git import locks
from lightship.git.process import DURABLE, outcome, run, words

WRITER = "Lightship <lightship@localhost>"
_UNNAMED = "refs/lightship/unnamed"  # never written: what is made under it gets its name later


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit to be written: files are put over those of its parent; `at` (aware) is its date, author and all.

    `by` is who made it, as `Name <address>`; `merges` a second parent ('' for none).
    """

    message: str
    files: Mapping[str, bytes]
    at: datetime
    by: str = WRITER
    merges: str = ""


def tip(root: Path, ref: str) -> str:
    """The commit that the full ref name `ref` points at; empty where there is no such ref."""
    return tips(root, ref).get(ref, "")


def tips(root: Path, *refs: str) -> Mapping[str, str]:
    """The commits of those of the full ref names `refs` that exist, in one go."""
    listing = run(root, "for-each-ref", "--format=%(refname) %(objectname)", *refs).decode()
    return {
        name: id for name, _, id in (line.partition(" ") for line in listing.splitlines()) if name in refs
    }


def heads(root: Path, *prefixes: str) -> Mapping[str, str]:
    """The commits of all refs below `prefixes` (such as refs/heads/request/), by full name, in one go."""
    listing = run(root, "for-each-ref", "--format=%(refname) %(objectname)", *prefixes).decode()
    return dict(line.split(" ") for line in listing.splitlines())


def drop_ref(root: Path, ref: str, old: str) -> None:
    """Take `ref` away, if it is at `old`. Raises RefMoved where it is not."""
    done = outcome(root, "update-ref", "-d", ref, old, settings=DURABLE)
    if done.code:
        raise RefMoved(f"removing {ref}: {words(done.err)}")


def write_objects(root: Path, parent: str, drafts: Iterable[Draft]) -> str:
    """Write `drafts`, each on the one before it, onto `parent` ('' for none); the last one's id. No ref moves.

    One process however many there are; they are on the disk when it returns.
    """
    stream = b"".join(_import_lines(parent, drafts))
    said = run(root, "fast-import", "--quiet", "--done", "--date-format=raw", stdin=stream, settings=DURABLE)
    return said.decode().strip()


def _import_lines(parent: str, drafts: Iterable[Draft]) -> Iterator[bytes]:
    for number, draft in enumerate(drafts):
        when = f"{int(draft.at.timestamp())} +0000"
        message = draft.message.encode()
        head = f"commit {_UNNAMED}\nmark :1\ncommitter {draft.by} {when}\ndata {len(message)}\n"
        yield head.encode() + message + b"\n"
        if number == 0 and parent:
            yield f"from {parent}\n".encode()
        if draft.merges:
            yield f"merge {draft.merges}\n".encode()
        for path, data in draft.files.items():
            yield f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
    yield f"get-mark :1\nreset {_UNNAMED}\n\ndone\n".encode()


def write_commits(root: Path, ref: str, parent: str, drafts: Iterable[Draft]) -> str:
    """Write `drafts` onto `parent` ('' for none), and move `ref` there; the new tip.

    Raises RefMoved where `ref` is no longer at `parent`: then nothing counts.
    """
    return rewrite_ref(root, ref, parent, drafts, parent)


def rewrite_ref(root: Path, ref: str, onto: str, drafts: Iterable[Draft], old: str) -> str:
    """Write `drafts` onto the commit `onto`, and move `ref` there from `old`, whose history need not be kept; the new tip.

    Raises RefMoved where `ref` is no longer at `old`.
    """
    new = write_objects(root, onto, drafts)
    set_ref(root, ref, new, old)
    return new


def set_ref(root: Path, ref: str, new: str, old: str) -> None:
    """Move `ref` to `new`, if it is at `old` ('' for: there is none). Raises RefMoved where it is not, or is locked."""
    done = outcome(root, "update-ref", ref, new, old, settings=DURABLE)
    if not done.code:
        return
    if locks.held(done.err):
        locks.clear(root, ref)
        raise RefMoved(f"moving {ref}: another git holds it")
    if tip(root, ref) != old:
        raise RefMoved(f"moving {ref}: somebody else wrote first")
    raise GitError(f"moving {ref}: {words(done.err)}")


def is_ancestor(root: Path, older: str, newer: str) -> bool:
    """Whether `newer` holds all of the history of `older`."""
    return run(root, "rev-list", "--max-count=1", older, f"^{newer}").strip() == b""


def parted(root: Path, one: str, other: str) -> tuple[int, int]:
    """How many commits only `one` holds, and how many only `other`; also where they never met."""
    left, right = run(root, "rev-list", "--left-right", "--count", f"{one}...{other}").split()
    return int(left), int(right)


def related(root: Path, one: str, other: str) -> bool:
    """Whether two commits have an ancestor in common."""
    try:
        return bool(run(root, "merge-base", one, other).strip())
    except GitError as error:
        if error.__cause__:
            raise
        return False
