"""Taking turns at a remote, among the processes of one machine.

Only a courtesy, for two that push at once do no harm: but many that do slow each other down until hardly any comes
through. Whoever dies gives its turn back, and nobody waits for long.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lightship.git.process import run

LONGEST = 15.0  # seconds to wait for a turn; then without one
_LOOKS = (0.01, 0.06)  # seconds between looks


@contextmanager
def turn(root: Path, remote: str) -> Iterator[bool]:
    """Hold the turn at `remote`; yields whether it was free, so that nobody here has just pushed."""
    handle = _opened(_place(root, remote))
    try:
        yield handle < 0 or _taken(handle)
    finally:
        if handle >= 0:
            os.close(handle)


def _place(root: Path, remote: str) -> str:
    """Where the remote lies, the same for every clone of this machine."""
    url = run(root, "remote", "get-url", "--push", remote).decode().strip().removeprefix("file://")
    return str((root / url).resolve()) if ":" not in url else url


def _opened(place: str) -> int:
    """The file that stands for the turn, in this user's own folder; -1 where there can be none."""
    folder = Path(tempfile.gettempdir()) / f"lightship-{os.getuid()}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid == os.getuid() and not folder.is_symlink():
            name = hashlib.sha256(place.encode()).hexdigest()[:16]
            return os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    return -1


def _taken(handle: int) -> bool:
    """Wait for the turn; whether it was free at once."""
    end, free = time.monotonic() + LONGEST, True
    while time.monotonic() < end:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            free = False
        time.sleep(random.uniform(*_LOOKS))
    return free
