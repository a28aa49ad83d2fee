"""What the journal keeps beside the branch, in the repository's own folder: entries on their way, and an anchor.

A batch of entries lies in a file from before its first commit until the branch holds the last. The lock on the file
says whether its process still lives, so what a killed one left is known at once, and never taken up by two. Files are
made, looked at and taken away by one process at a time, so nobody meets one that is not locked yet, or gone already.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from ulid import ULID

from lightship.errors import CouldNotRun
from lightship.journal.anchor import Anchor, NoAnchor
from lightship.journal.entry import Entry, NoEntry, parse

_WHOLE, _HALF = ".entries", ".half"


class Batch:
    """Entries with their bytes, whose file this process has locked."""

    def __init__(self, path: Path, handle: int, entries: Sequence[tuple[Entry, bytes]]) -> None:
        self.path = path
        self.entries = tuple(entries)
        self._handle = handle

    def drop(self) -> None:
        """Nobody needs it any more."""
        with suppress(FileNotFoundError), _alone(self.path.parent):
            os.unlink(self.path)
        self.release()

    def release(self) -> None:
        """Leave it to the next process."""
        os.close(self._handle)


class Kept:
    """The files of the journal on `branch`; `common` is the repository's folder of branches."""

    def __init__(self, common: Path, branch: str) -> None:
        self._common = common
        self._folder = common / "lightship" / quote(branch, safe="")

    @property
    def shallow(self) -> bool:
        """Whether the repository was cloned without all of its history."""
        return (self._common / "shallow").exists()

    def hold(self, entries: Sequence[tuple[Entry, bytes]]) -> Batch:
        """Keep `entries` until the batch is dropped, through a kill and a loss of power. Raises CouldNotRun."""
        try:
            half, handle = self._begun()
            with os.fdopen(os.dup(handle), "wb") as file:
                file.writelines(data for _, data in entries)
            os.fsync(handle)
            whole = half.with_suffix(_WHOLE)
            os.rename(half, whole)
            _sync(self._folder)
        except OSError as error:
            raise CouldNotRun(f"writing to {self._folder}: {error.strerror}; nothing was recorded") from error
        return Batch(whole, handle, entries)

    def left(self) -> Iterator[Batch]:
        """What killed processes left, oldest first, locked for us; half-written files, which promised nothing, go away."""
        for path in (*sorted(self._folder.glob("*" + _HALF)), *sorted(self._folder.glob("*" + _WHOLE))):
            handle = _locked(path)
            if handle is None:
                continue
            batch = Batch(path, handle, _read(path))
            if path.suffix == _HALF:
                batch.drop()
            elif batch.entries:
                yield batch
            else:
                batch.release()

    @property
    def anchor_path(self) -> Path:
        """Where the anchor of what was last pushed lies."""
        return self._folder / "anchor.json"

    def anchor(self) -> Anchor | None:
        """The anchor of what was last pushed from here; None where nothing was, or where the file is no anchor."""
        try:
            return Anchor.parse(self.anchor_path.read_bytes().decode())
        except (OSError, UnicodeDecodeError, NoAnchor):
            return None

    def keep_anchor(self, anchor: Anchor) -> None:
        """Remember what was pushed. Without room on the disk the older anchor stays."""
        with suppress(OSError):
            half, handle = self._begun()
            with os.fdopen(handle, "wb") as file:
                file.write(anchor.as_json().encode())
                file.flush()
                os.fsync(handle)
                os.replace(half, self.anchor_path)

    def _begun(self) -> tuple[Path, int]:
        """A new file, locked for this process; names sort by time."""
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._folder / f"{ULID()}{_HALF}"
        with _alone(self._folder):
            handle = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
            fcntl.flock(handle, fcntl.LOCK_EX)
        return half, handle


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process is in here for the same folder."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _locked(path: Path) -> int | None:
    """A handle on `path`, locked for this process; None where another has it, or it is gone."""
    with suppress(OSError), _alone(path.parent):
        handle = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
        else:
            return handle
    return None


def _read(path: Path) -> Sequence[tuple[Entry, bytes]]:
    """The entries of a batch; none where one of them is not what this version wrote."""
    try:
        lines = path.read_bytes().splitlines(keepends=True)
        return [(parse(line), line) for line in lines]
    except (OSError, NoEntry):
        return []


def _sync(folder: Path) -> None:
    """Have the disk hold the names in `folder` too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
