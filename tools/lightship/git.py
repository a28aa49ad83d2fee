"""The only place that runs git. Every function takes the repository's folder; all raise GitError.

Branches of records (`journal`, `facts`) are read and written as objects: no work tree, no index.
"""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from lightship.errors import GitError, RefMoved

_TIMEOUT = 60  # seconds; every command here is local and takes milliseconds
_SETTINGS = (
    "core.quotepath=off",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "gc.auto=0",
)
_DURABLE = (*_SETTINGS, "core.fsync=all", "core.fsyncMethod=fsync")
_TALKING = ("core.quotepath=off", "core.fsmonitor=false", "core.hooksPath=/dev/null", "gc.auto=0")
_WRITER = "Lightship <lightship@localhost>"
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


def run(
    root: Path,
    *arguments: str,
    stdin: bytes | None = None,
    settings: Sequence[str] = _SETTINGS,
    timeout: float = _TIMEOUT,
) -> bytes:
    """Run git in `root` and return what it prints. Raises GitError with git's own words."""
    options = [part for setting in settings for part in ("-c", setting)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }
    if settings is _TALKING:
        environment |= _credentials()
    try:
        done = subprocess.run(
            ["git", *options, *arguments],
            cwd=root,
            env=environment,
            input=stdin if stdin is not None else b"",
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise GitError("running git: it is not installed, or not on PATH") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"running git {arguments[0]}: no answer within {timeout:.0f} s") from error
    if done.returncode:
        words = _words(done.stderr.decode("utf-8", "replace"))
        raise GitError(f"running git {arguments[0]} in {root.name}: {words}")
    return done.stdout


def _credentials() -> Mapping[str, str]:
    """What workflows push with: $LIGHTSHIP_PUSH_TOKEN, sent to GitHub's server alone, and never in a process's words."""
    token = os.environ.get("LIGHTSHIP_PUSH_TOKEN")
    if not token:
        return {}
    server = os.environ.get("GITHUB_SERVER_URL") or "https://github.com"
    proof = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{server.rstrip('/')}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {proof}",
    }


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
        run(root, "fast-import", "--quiet", "--date-format=raw", stdin=stream, settings=_DURABLE)
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
        run(root, "update-ref", ref, new, old or "0" * 40, settings=_DURABLE)
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


def added(root: Path, old: str, new: str) -> Iterator[Entry]:
    """Files of the commit `new` that `old` does not hold as they are."""
    listing = run(
        root, "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--diff-filter=AM", old, new
    )
    parts = listing.split(b"\0")
    for row, path in zip(parts[::2], parts[1::2], strict=False):
        _, mode, _, blob, _ = row.decode().split()
        yield Entry(path.decode("utf-8", "surrogateescape"), mode, "blob", blob)


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


def remote(root: Path) -> str:
    """The name of the remote that records go to: 'origin', else the only one; empty where there is none."""
    names = run(root, "remote").decode().split()
    return "origin" if "origin" in names else names[0] if len(names) == 1 else ""


def fetch_branch(root: Path, remote: str, branch: str, timeout: float = 20) -> str:
    """The tip of `branch` at `remote`, its objects brought here and kept as the remote-tracking ref; '' for none."""
    said = run(
        root, "ls-remote", "--quiet", remote, f"refs/heads/{branch}", settings=_TALKING, timeout=timeout
    ).decode()
    if not said.strip():
        return ""
    refspec = f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}"
    run(root, "fetch", "--quiet", "--no-tags", remote, refspec, settings=_TALKING, timeout=timeout)
    return tip(root, f"refs/remotes/{remote}/{branch}")


def push_branch(root: Path, remote: str, commit: str, branch: str, timeout: float = 60) -> None:
    """Push `commit` to `branch` at `remote`, never by force. Raises RefMoved where others pushed first."""
    try:
        run(
            root,
            "push",
            "--quiet",
            remote,
            f"{commit}:refs/heads/{branch}",
            settings=_TALKING,
            timeout=timeout,
        )
    except GitError as error:
        if any(
            mark in str(error)
            for mark in ("rejected", "failed to push", "cannot lock ref", "failed to update")
        ):
            raise RefMoved(f"pushing {branch} to {remote}: somebody else pushed first") from error
        raise
    run(root, "update-ref", f"refs/remotes/{remote}/{branch}", commit)


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


def folder(root: Path) -> Path | None:
    """Where the repository at `root` keeps its branches, also for a second work tree; None where there is no repository."""
    try:
        return root / os.fsdecode(run(root, "rev-parse", "--git-common-dir").rstrip(b"\n"))
    except GitError:
        return None


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
