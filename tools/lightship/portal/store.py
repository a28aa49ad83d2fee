"""The output folder: writes what differs, removes what it wrote before and is gone, never touches what is not its own.

What was written lies in `.lightship.json` in the folder: file → [key, size, digest of the bytes].
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MANIFEST = ".lightship.json"
UNFINISHED = ".lightship.unfinished.json"
_FORMAT = 1
Entry = tuple[str, int, str]


@dataclass
class Store:
    """What is in the folder `out`: `known` from the last build, `now` from this one."""

    out: Path
    known: Mapping[str, Entry]
    now: dict[str, Entry] = field(default_factory=dict)
    written: int = 0
    _folders: set[str] = field(default_factory=set)

    def holds(self, file: str, key: str) -> bool:
        """Whether `file` was written with `key`, and is still there; if so it is kept."""
        entry = self.known.get(file)
        if entry is None or entry[0] != key or not self._is_there(file, entry[1]):
            return False
        self.now[file] = entry
        return True

    def write(self, file: str, data: bytes, key: str = "") -> None:
        """Write `data`, unless the file holds it already."""
        digest = hashlib.blake2b(data, digest_size=12).hexdigest()
        before = self.known.get(file)
        self.now[file] = (key, len(data), digest)
        if before is None or before[2] != digest or not self._is_there(file, len(data)):
            self._write(file, data)
            self.written += 1

    def _is_there(self, file: str, size: int) -> bool:
        try:
            return os.stat(f"{self.out}/{file}").st_size == size
        except (FileNotFoundError, NotADirectoryError):
            return False

    def _write(self, file: str, data: bytes) -> None:
        folder = file.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(f"{self.out}/{folder}", exist_ok=True)
            self._folders.add(folder)
        # Written over, not truncated first: ext4 flushes a file that was truncated when it is closed, 5 ms each.
        handle = os.open(f"{self.out}/{file}", os.O_WRONLY | os.O_CREAT, 0o644)
        with os.fdopen(handle, "wb") as target:
            target.write(data)
            target.truncate()

    def told(self, work: Callable[[], None]) -> bytes:
        """Do `work`, which writes here, and say what it wrote; it counts once it is `heard`, maybe by another process."""
        before, written = set(self.now), self.written
        work()
        files = {file: entry for file, entry in self.now.items() if file not in before}
        told = json.dumps([self.written - written, files]).encode()
        self.written = written
        return told

    def heard(self, told: bytes) -> None:
        """Count what was `told`."""
        written, files = json.loads(told)
        self.written += written
        self.now.update({file: (key, size, digest) for file, (key, size, digest) in files.items()})

    def begin(self) -> None:
        """From here on files are written: a build that is cut short leaves nothing that looks finished."""
        with contextlib.suppress(FileNotFoundError):
            os.replace(self.out / MANIFEST, self.out / UNFINISHED)

    def finish(self) -> int:
        """Remove what the last build wrote and this one did not, keep the list of what is there; how many were removed."""
        gone = self.known.keys() - self.now.keys()
        for file in gone:
            (self.out / file).unlink(missing_ok=True)
            self._remove_empty((self.out / file).parent)
        made = self.out / f"{MANIFEST}.new"
        made.write_text(
            json.dumps({"format": _FORMAT, "files": self.now}, separators=(",", ":")), encoding="utf-8"
        )
        os.replace(made, self.out / MANIFEST)
        (self.out / UNFINISHED).unlink(missing_ok=True)
        return len(gone)

    def _remove_empty(self, folder: Path) -> None:
        while folder != self.out:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def open_store(out: Path) -> Store:
    """The store of the folder `out`, which is made where it is not there. A list that cannot be read counts as none.

    After a build that was cut short only the names of its files are believed.
    """
    out.mkdir(parents=True, exist_ok=True)
    known = _known(out / MANIFEST)
    if known is None:
        known = dict.fromkeys(_known(out / UNFINISHED) or {}, ("", -1, ""))
    return Store(out, known)


def _known(path: Path) -> dict[str, Entry] | None:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if held["format"] != _FORMAT:
            return None
        return {
            file: (key, size, digest)
            for file, (key, size, digest) in held["files"].items()
            if _is_inside(file)
        }
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_inside(file: object) -> bool:
    return isinstance(file, str) and not file.startswith("/") and ".." not in file.split("/")
