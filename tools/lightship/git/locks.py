"""Locks that a killed git left on a ref: git itself never takes them away, and every later write would stop there."""

from __future__ import annotations

import fcntl
import os
import re
import time
from contextlib import suppress
from pathlib import Path

from lightship.git.repository import folder

STALE = 10.0  # seconds; git holds such a lock for milliseconds
_HELD = re.compile(
    r"(?<!remote: error: )cannot lock ref '(?P<ref>refs/[^']+)': Unable to create '[^']+\.lock': File exists"
)


def held(said: str) -> str:
    """The ref whose lock is in the way, by what git said; '' where none is. Locks at the remote are not ours."""
    found = _HELD.search(said)
    return found["ref"] if found else ""


def clear(root: Path, ref: str) -> None:
    """Take the lock off `ref` where it is older than any living git would hold it."""
    common = folder(root)
    if common is None:
        return
    lock = common / f"{ref}.lock"
    # One at a time: the lock that is looked at is the one that goes, and no younger one.
    with suppress(OSError), (common / "config").open("rb") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if time.time() - lock.stat().st_mtime > STALE:
            os.unlink(lock)
