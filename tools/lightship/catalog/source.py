"""Where files come from: the folder as it stands, or a commit; the same names, ids and refusals for both.

Only regular files count. Symlinks, submodules, executables, devices and odd names are refused with a finding,
and never opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lightship import git
from lightship.catalog import disk
from lightship.catalog.gather import MOST_BYTES, MOST_FILES, File, Gathered
from lightship.catalog.places import ROOTS
from lightship.finding import Finding

__all__ = ["MOST_BYTES", "MOST_FILES", "File", "Source", "commit", "folder", "one"]

_REGULAR = "100644"
_EXECUTABLE = "marked as executable"
_ODD = {
    "100755": _EXECUTABLE,
    "120000": "a symlink, and is not followed",
    "160000": "a submodule, and is not entered",
}


@dataclass(frozen=True)
class Source:
    """Files by path (sorted), what was refused, and how to bring the bytes of a commit's files."""

    name: str
    files: Mapping[str, File]
    findings: tuple[Finding, ...]
    _root: Path | None = field(default=None, repr=False)

    def fetch(self, paths: Iterable[str]) -> None:
        """Bring the bytes of `paths`, in one go. The folder's are there from the start."""
        lacking = [file for path in paths if (file := self.files[path]).lacking]
        if lacking and self._root is not None:
            contents = git.blobs(self._root, (file.blob for file in lacking))
            for file in lacking:
                file.bring(contents[file.blob])


def folder(root: Path) -> Source:
    """The files under `root` as they stand, untracked ones included."""
    gathered = Gathered()
    executable = []
    for path, data, runs in disk.files(root, gathered):
        gathered.add(File(path, _blob_id(data), data))
        if runs:
            executable.append(path)
    # Where git does not keep modes, the disk makes them up.
    if executable and git.keeps_modes(root):
        for path in executable:
            del gathered.files[path]
            _refuse_mode(path, _EXECUTABLE, gathered)
    return _source("the folder", gathered, None)


def one(root: Path, path: str) -> Source:
    """Only the file `path` under `root` as it stands, for what has to be quick or to work whatever else is broken."""
    gathered = Gathered()
    data = disk.one(root, path, gathered)
    if data is not None:
        gathered.add(File(path, _blob_id(data), data))
    return _source("the folder", gathered, None)


def commit(root: Path, ref: str) -> Source:
    """The files of the commit `ref`, from git's objects: nothing is checked out. Raises GitError."""
    gathered = Gathered()
    id = git.resolve(root, ref)
    tops = [name for name in git.names(root, id) if gathered.accepts_root(name)]
    for entry in git.tree(root, id, tops) if tops else ():
        if entry.mode != _REGULAR:
            _refuse_mode(entry.path, _ODD.get(entry.mode, f"of the odd mode {entry.mode}"), gathered)
        elif entry.path in ROOTS:
            message = "it is not a folder"
            gathered.refuse("path-refused", entry.path, message, "put a real folder in its place")
        elif gathered.accepts(entry.path):
            gathered.add(File(entry.path, entry.id))
        if gathered.full:
            break
    else:
        gathered.weigh(git.sizes(root, (file.blob for file in gathered.files.values())))
    return _source(ref, gathered, root)


def _source(name: str, gathered: Gathered, root: Path | None) -> Source:
    if gathered.full:
        return Source(name, {}, (gathered.overflow(),), root)
    return Source(name, dict(sorted(gathered.files.items())), tuple(gathered.findings), root)


def _refuse_mode(path: str, what: str, gathered: Gathered) -> None:
    fix = "run `chmod -x` on it" if what == _EXECUTABLE else "commit a plain file (mode 100644) in its place"
    gathered.refuse("path-refused", path, f"it is {what}", fix)


def _blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
