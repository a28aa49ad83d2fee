"""The files of a folder as it stands: nothing is followed, nothing blocks, and what cannot be read is a finding."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lightship.catalog.gather import Gathered
from lightship.catalog.read import LARGEST
from lightship.catalog.settings import PATH as SETTINGS_PATH


def files(root: Path, gathered: Gathered) -> Iterator[tuple[str, bytes, bool]]:
    """The path, the bytes and whether it is executable, of every file that is read; ends where `gathered` is full."""
    prefix = len(os.fspath(root).rstrip("/")) + 1
    for entry in _walk(root, prefix, gathered):
        if gathered.full:
            return
        path = entry.path[prefix:]
        if gathered.accepts(path) and (found := _read(entry.path, path, gathered)):
            yield path, *found


def one(root: Path, path: str, gathered: Gathered) -> bytes | None:
    """The bytes of a single file, read as `files` reads; None where it is absent or refused."""
    place = os.path.join(root, path)
    if not os.path.lexists(place):
        return None
    found = _read(place, path, gathered)
    return found[0] if found else None


def _walk(root: Path, prefix: int, gathered: Gathered) -> Iterator[os.DirEntry[str]]:
    """Regular files below the roots, refusing what is neither folder nor file."""
    pending: list[str] = []
    for entry in _entries(os.fspath(root), prefix, gathered):
        if not gathered.accepts_root(entry.name):
            continue
        if entry.name == SETTINGS_PATH:
            if _is_file(entry, prefix, gathered):
                yield entry
        elif _is_folder(entry, prefix, gathered):
            pending.append(entry.path)
    while pending:
        folder = pending.pop()
        gathered.folders += 1
        entries = _entries(folder, prefix, gathered)
        if any(entry.name == ".git" for entry in entries):
            message = "it is a repository of its own, and is not entered"
            gathered.refuse("path-refused", folder[prefix:], message, "put a plain folder in its place")
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            elif _is_file(entry, prefix, gathered):
                yield entry


def _entries(path: str, prefix: int, gathered: Gathered) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        message = f"the folder cannot be read: {_reason(error)}"
        gathered.refuse("path-refused", path[prefix:] or ".", message, "check its permissions")
        return []


def _is_folder(entry: os.DirEntry[str], prefix: int, gathered: Gathered) -> bool:
    if entry.is_dir(follow_symlinks=False):
        return True
    what = "a symlink" if entry.is_symlink() else "not a folder"
    gathered.refuse("path-refused", entry.path[prefix:], f"it is {what}", "put a real folder in its place")
    return False


def _is_file(entry: os.DirEntry[str], prefix: int, gathered: Gathered) -> bool:
    if entry.is_file(follow_symlinks=False):
        return True
    if entry.is_dir(follow_symlinks=False):
        message = "it is a folder"
    else:
        what = "a symlink" if entry.is_symlink() else "neither a file nor a folder"
        message = f"it is {what}, and is not followed"
    gathered.refuse("path-refused", entry.path[prefix:], message, "put a real file in its place")
    return False


def _read(place: str, path: str, gathered: Gathered) -> tuple[bytes, bool] | None:
    # Between listing and opening, a file may become something else: nothing is followed, nothing blocks.
    try:
        handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                message = "it is not a regular file"
                gathered.refuse("path-refused", path, message, "put a real file in its place")
                return None
            if not gathered.accepts_size(path, status.st_size):
                return None
            return _bytes(handle, status.st_size), bool(status.st_mode & stat.S_IXUSR)
        finally:
            os.close(handle)
    except OSError as error:
        message = f"the file cannot be read: {_reason(error)}"
        gathered.refuse("path-refused", path, message, "check that it exists and its permissions")
        return None


def _bytes(handle: int, size: int) -> bytes:
    """At most one byte more than is allowed, so that a file that grew is seen to be too large."""
    data = os.read(handle, LARGEST + 1)
    while len(data) < size and (more := os.read(handle, LARGEST + 1 - len(data))):
        data += more
    return data


def _reason(error: OSError) -> str:
    return (error.strerror or "it cannot be opened").lower()
