"""Post-mortems as people wrote them: `catalog/postmortems/<incident>.md` of the folder as it stands."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

FOLDER = "catalog/postmortems"
LARGEST = 256 * 1024  # bytes of a text that is shown
_FILE = re.compile(r"^(inc-[0-9]{8}-[0-9a-z]{4,12})\.md$")


def read(root: Path) -> Mapping[str, str]:
    """The texts by incident. Only regular files of a fitting size count: nothing is followed, nothing blocks."""
    return dict(sorted(_texts(root / FOLDER)))


def path(id: str) -> str:
    """Where the post-mortem of the incident `id` lies in the repository."""
    return f"{FOLDER}/{id}.md"


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        found = _FILE.match(name)
        text = _text(folder / name) if found else None
        if found and text is not None:
            yield found[1], text


def _text(file: Path) -> str | None:
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as source:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return None
        return source.read().decode("utf-8", "replace")
