"""The files of an import: found in a folder, read as text, and called the same in every run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lightship.imports.documents import UTF16

_LARGEST = 32 * 1024 * 1024


@dataclass
class Unreadable(Exception):
    """The file cannot be used, and where (`line` from 1)."""

    line: int
    reason: str


def within(path: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    """`path` itself where it is a file, else the files below it that end so, in order; .git is passed over."""
    if path.is_file():
        yield path
        return
    for place, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in sorted(files):
            if name.endswith(endings) and Path(place, name).is_file():
                yield Path(place, name)


def read_text(file: Path) -> str:
    """The file's text, with \\n for line breaks and without a byte order mark. Raises Unreadable, FileNotFoundError."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unreadable(1, f"it cannot be read: {error.strerror}: not imported") from error
    if len(data) > _LARGEST:
        raise Unreadable(1, f"it is larger than {_LARGEST >> 20} MiB: not imported")
    try:
        text = data.decode("utf-16" if data.startswith(UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        at = data[: error.start].count(b"\n") + 1
        raise Unreadable(at, "it is neither UTF-8 nor UTF-16: not imported") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def named(file: Path, path: Path) -> str:
    """The file relative to the folder `path`, or its own name; '?' stands for what no line of text can hold."""
    relative = os.path.relpath(file, path if path.is_dir() else path.parent)
    return "".join(char if char.isprintable() else "?" for char in Path(relative).as_posix())
