"""The only place that runs git. Every function takes the repository's folder; all raise GitError."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightship.errors import GitError

_TIMEOUT = 60  # seconds; every command here is local and takes milliseconds
_SETTINGS = (
    "core.quotepath=off",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "gc.auto=0",
)
_PLAIN_DIFF = (
    "--name-only",
    "-z",
    "--relative",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=dirty",
)
_REMEDIES = {  # what git may complain about → what to do
    "not a git repository": "run `git init` there, or name a repository with -C DIR",
    "dubious ownership": "run `git config --global --add safe.directory` with that folder, if you trust it",
    "transport '": "this clone lacks contents; clone without --filter",
    "promisor remote": "this clone lacks contents; clone without --filter",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree: `mode` in octal as git writes it."""

    path: str
    mode: str
    kind: str
    id: str


def run(root: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """Run git in `root` and return what it prints. Raises GitError with git's own words."""
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }
    try:
        done = subprocess.run(
            ["git", *settings, *arguments],
            cwd=root,
            env=environment,
            input=stdin if stdin is not None else b"",
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except FileNotFoundError as error:
        raise GitError("running git: it is not installed, or not on PATH") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"running git {arguments[0]}: no answer within {_TIMEOUT} s") from error
    if done.returncode:
        words = _words(done.stderr.decode("utf-8", "replace"))
        raise GitError(f"running git {arguments[0]} in {root.name}: {words}")
    return done.stdout


def _words(said: str) -> str:
    """What git complained about, and the remedy where one is known."""
    lines = said.strip().splitlines() or ["it said nothing"]
    words = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[-1])
    for mark, remedy in _REMEDIES.items():
        if mark in words:
            return f"{words}; {remedy}"
    return words


def resolve(root: Path, ref: str) -> str:
    """The commit that `ref` names, in hex digits."""
    try:
        found = run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    except GitError as error:
        if error.__cause__ or any(mark in str(error) for mark in _REMEDIES):
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
    return _entries(run(root, "ls-tree", "-r", "-z", resolve(root, ref), *where))


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


def blobs(root: Path, ids: Iterable[str]) -> Mapping[str, bytes]:
    """The contents of blobs by id."""
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
            raise _missing(id)
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


def keeps_modes(root: Path) -> bool:
    """Whether git takes a file's executable bit from the disk; not so where disks have none."""
    try:
        return run(root, "config", "--type=bool", "--get", "core.fileMode").strip() != b"false"
    except GitError:
        return True


def is_repository(root: Path) -> bool:
    """Whether `root` lies in a git repository."""
    try:
        run(root, "rev-parse", "--git-dir")
    except GitError:
        return False
    return True


def identity(root: Path) -> tuple[str | None, str | None]:
    """The name and the email that git would put into a commit, where they are configured."""
    found: list[str | None] = []
    for key in ("user.name", "user.email"):
        try:
            found.append(run(root, "config", "--get", key).decode("utf-8", "replace").strip() or None)
        except GitError as error:
            if error.__cause__:
                raise
            found.append(None)
    return found[0], found[1]
