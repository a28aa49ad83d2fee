"""Where files come from: the folder as it stands, or a commit; the same names, ids and refusals for both.

Only regular files count. Symlinks, submodules, executables, devices and odd names are refused with a finding,
and never opened.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lightship import git
from lightship.catalog.kinds.base import ID_PATTERN
from lightship.catalog.places import ROOTS, misplaced
from lightship.catalog.read import LARGEST
from lightship.catalog.settings import PATH as SETTINGS_PATH
from lightship.finding import Finding, Severity

MOST_FILES = 20_000
_ID = re.compile(ID_PATTERN)
_DEVICE = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])$")
_REGULAR = "100644"


@dataclass(slots=True)
class File:
    """A file that may be read: its path, its git blob id, and its bytes once fetched."""

    path: str
    blob: str
    _data: bytes | None = None

    @property
    def data(self) -> bytes:
        """The bytes; `Source.fetch` has to have brought them."""
        if self._data is None:
            raise LookupError(f"{self.path} was not fetched")
        return self._data


@dataclass(frozen=True)
class Source:
    """Files by path (sorted), what was refused, and how to bring the bytes of a commit's files."""

    name: str
    files: Mapping[str, File]
    findings: tuple[Finding, ...]
    _root: Path | None = field(default=None, repr=False)

    def fetch(self, paths: Iterable[str]) -> None:
        """Bring the bytes of `paths`, in one go. The folder's are there from the start."""
        lacking = [file for path in paths if (file := self.files[path])._data is None]
        if lacking and self._root is not None:
            contents = git.blobs(self._root, (file.blob for file in lacking))
            for file in lacking:
                file._data = contents[file.blob]


@dataclass(slots=True)
class _Gathered:
    files: dict[str, File] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def refuse(
        self, rule: str, path: str, message: str, fix: str, severity: Severity = Severity.ERROR
    ) -> None:
        self.findings.append(Finding(rule, severity, _printable(path), message, fix))

    def accepts(self, path: str) -> bool:
        """Whether the name of a regular file is one that is read; a finding where it is not."""
        folder, _, name = path.rpartition("/")
        if name.startswith(".") or name in ("README.md", "CODEOWNERS"):
            return False
        if path == SETTINGS_PATH:
            return True
        if (folder == "catalog/postmortems" and name.endswith(".md")) or folder == "actions/requests":
            return False
        if why := misplaced(folder, name):
            self.refuse("file-ignored", path, "nothing reads this file", why, Severity.WARNING)
            return False
        id = name.removesuffix(".yaml")
        if not _ID.match(id):
            self.refuse(
                "path-refused",
                path,
                f"'{_printable(id)}' cannot be an id",
                "use a-z, 0-9 and dashes, 64 at the most",
            )
            return False
        if _DEVICE.match(id):
            self.refuse(
                "path-refused", path, f"'{id}' is a device's name on Windows", "give the file another name"
            )
            return False
        return True

    def source(self, name: str, root: Path | None) -> Source:
        if len(self.files) > MOST_FILES:
            message = f"{len(self.files):,} files are more than one repository may hold ({MOST_FILES:,})"
            self.refuse(
                "repository-too-large", "catalog", message, "split the catalog over several repositories"
            )
            self.files.clear()
        return Source(name, dict(sorted(self.files.items())), tuple(self.findings), root)


def folder(root: Path) -> Source:
    """The files under `root` as they stand, untracked ones included."""
    gathered = _Gathered()
    prefix = len(os.fspath(root).rstrip("/")) + 1
    for entry in _walk(root, gathered):
        path = entry.path[prefix:]
        if not gathered.accepts(path):
            continue
        data = _bytes(entry, path, gathered)
        if data is not None:
            gathered.files[path] = File(path, _blob_id(data), data)
            if len(gathered.files) > MOST_FILES:
                break
    return gathered.source("the folder", None)


def commit(root: Path, ref: str) -> Source:
    """The files of the commit `ref`, from git's objects: nothing is checked out. Raises GitError."""
    gathered = _Gathered()
    for entry in git.tree(root, ref, (*ROOTS, SETTINGS_PATH)):
        if entry.mode != _REGULAR:
            _refuse_mode(entry, gathered)
        elif gathered.accepts(entry.path):
            if entry.size > LARGEST:
                _refuse_size(entry.path, entry.size, gathered)
            else:
                gathered.files[entry.path] = File(entry.path, entry.id)
    return gathered.source(ref, root)


def _walk(root: Path, gathered: _Gathered) -> Iterator[os.DirEntry[str]]:
    """Regular files below the roots, refusing what is neither folder nor file."""
    prefix = len(os.fspath(root).rstrip("/")) + 1
    pending: list[str] = []
    for entry in _entries(os.fspath(root), gathered, prefix):
        if entry.name in ROOTS and _is_folder(entry, prefix, gathered):
            pending.append(entry.path)
        elif entry.name == SETTINGS_PATH and _is_file(entry, prefix, gathered):
            yield entry
    while pending:
        for entry in _entries(pending.pop(), gathered, prefix):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            elif _is_file(entry, prefix, gathered):
                yield entry


def _entries(path: str, gathered: _Gathered, prefix: int) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        gathered.refuse(
            "path-refused",
            path[prefix:] or ".",
            f"the folder cannot be read: {reason}",
            "check its permissions",
        )
        return []


def _is_folder(entry: os.DirEntry[str], prefix: int, gathered: _Gathered) -> bool:
    if entry.is_dir(follow_symlinks=False):
        return True
    what = "a symlink" if entry.is_symlink() else "not a folder"
    gathered.refuse("path-refused", entry.path[prefix:], f"it is {what}", "put a real folder in its place")
    return False


def _is_file(entry: os.DirEntry[str], prefix: int, gathered: _Gathered) -> bool:
    if entry.is_file(follow_symlinks=False):
        return True
    what = "a symlink" if entry.is_symlink() else "neither a file nor a folder"
    gathered.refuse(
        "path-refused",
        entry.path[prefix:],
        f"it is {what}, and is not followed",
        "put a real file in its place",
    )
    return False


def _bytes(entry: os.DirEntry[str], path: str, gathered: _Gathered) -> bytes | None:
    # Between listing and opening, a file may become something else: nothing is followed, nothing blocks.
    try:
        handle = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        gathered.refuse(
            "path-refused",
            path,
            f"the file cannot be read: {reason}",
            "check that it exists and its permissions",
        )
        return None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            gathered.refuse("path-refused", path, "it is not a regular file", "put a real file in its place")
            return None
        if status.st_size > LARGEST:
            _refuse_size(path, status.st_size, gathered)
            return None
        return os.read(handle, LARGEST + 1)
    finally:
        os.close(handle)


def _refuse_mode(entry: git.Entry, gathered: _Gathered) -> None:
    what = {
        "120000": "a symlink, and is not followed",
        "160000": "a submodule, and is not entered",
        "100755": "marked as executable",
    }.get(entry.mode, f"of the odd mode {entry.mode}")
    gathered.refuse(
        "path-refused", entry.path, f"it is {what}", "commit a plain file (mode 100644) in its place"
    )


def _refuse_size(path: str, size: int, gathered: _Gathered) -> None:
    message = f"the file has {size:,} bytes, and {LARGEST:,} are the most"
    gathered.refuse("yaml-too-large", path, message, "split it, or move long texts to where they are linked")


def _blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _printable(path: str) -> str:
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in path)
