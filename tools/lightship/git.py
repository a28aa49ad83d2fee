"""The only place that runs git. Every function takes the repository's folder; all raise GitError."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree: `mode` in octal as git writes it, `size` in bytes (-1 for a submodule)."""

    path: str
    mode: str
    kind: str
    id: str
    size: int


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
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(f"running git {arguments[0]} in {root.name}: {words[-1] if words else 'it failed'}")
    return done.stdout


def resolve(root: Path, ref: str) -> str:
    """The commit that `ref` names, as 40 hex digits."""
    try:
        found = run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    except GitError as error:
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


def tree(root: Path, ref: str, paths: Iterable[str] = ()) -> tuple[Entry, ...]:
    """Every file of the commit `ref` below `paths` (all of them where none is given), in git's order."""
    listing = run(root, "ls-tree", "-r", "-z", "-l", "--full-tree", resolve(root, ref), "--", *paths)
    entries = []
    for row in listing.split(b"\0"):
        if row:
            head, _, path = row.partition(b"\t")
            mode, kind, id, size = head.decode().split()
            name = path.decode("utf-8", "surrogateescape")
            entries.append(Entry(name, mode, kind, id, -1 if size == "-" else int(size)))
    return tuple(entries)


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
            raise GitError(f"reading {id}: the object is missing; in a partial clone fetch it first")
        size = int(header[2])
        found[id] = stream[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def changed_paths(root: Path, base: str, head: str | None) -> tuple[str, ...]:
    """Paths that differ between the commit `base` and `head`; the folder as it stands where `head` is None."""
    start = resolve(root, base)
    if head is not None:
        listing = run(
            root, "diff-tree", "-r", "-z", "--name-only", "--no-renames", start, resolve(root, head)
        )
    else:
        listing = run(root, "diff-index", "-z", "--name-only", "--no-renames", start)
        listing += run(root, "ls-files", "-z", "--others", "--exclude-standard", "--full-name")
    return tuple(sorted({row.decode("utf-8", "surrogateescape") for row in listing.split(b"\0") if row}))


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
        except GitError:
            found.append(None)
    return found[0], found[1]
