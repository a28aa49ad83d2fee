"""Which files an import reads: those named, those in named folders, and those that Locations in them point at.

Reads files and nothing from the network: a target that is elsewhere, or not there, is named instead.
"""

from __future__ import annotations

import glob
import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from lightship.imports.documents import UTF16, Document, Left, documents
from lightship.imports.entity import mapping, sequence

_ENDINGS = (".yaml", ".yml")


def read(paths: tuple[Path, ...]) -> Iterator[Document | Left]:
    """Every document of Backstage's under `paths`, each file once, and what could not be read.

    Of a folder, files that say nothing of Backstage are passed over; paths are given relative to the folder
    around what was named (around the folder of a named file, since those are mostly called alike).
    """
    seen: set[Path] = set()
    for path in paths:
        start = Path(os.path.abspath(path))
        searched = start.is_dir()
        base = start.parent if searched else start.parent.parent
        refused: list[OSError] = []
        queue = deque(_found(start, refused) if searched else [start])
        yield from (_unread(Path(error.filename), base, error) for error in refused)
        while queue:
            file = queue.popleft()
            if file.resolve() in seen:
                continue
            seen.add(file.resolve())
            for item in _documents(file, base, searched):
                yield item
                if isinstance(item, Document):
                    yield from _follow(item, file, queue)


def _documents(file: Path, base: Path, searched: bool) -> Iterator[Document | Left]:
    try:
        content = file.read_bytes()
    except OSError as error:
        yield _unread(file, base, error)
        return
    ours = b"backstage.io/" in content or content.startswith(UTF16) or file.name.startswith("catalog-info.")
    if ours or not searched:
        yield from documents(_name(file, base), content)


def _follow(document: Document, file: Path, queue: deque[Path]) -> Iterator[Left]:
    """Put the files that a Location points at into the queue; name the targets that are none here."""
    data = mapping(document.data)
    if str(data.get("kind") or "").lower() != "location":
        return
    spec = mapping(data.get("spec"))
    targets = [
        (("spec", "target"), spec.get("target")),
        *((("spec", "targets", index), target) for index, target in enumerate(sequence(spec.get("targets")))),
    ]
    for keys, target in targets:
        if not isinstance(target, str) or not target:
            continue
        if "://" in target:
            why = "it is not on this machine: fetch it, and name it as a PATH"
        elif found := _beside(file, target):
            queue.extend(found)
            continue
        else:
            why = "there is no such file"
        yield Left(document.path, document.line_of(*keys), f"target {target}", why)


def _beside(file: Path, target: str) -> list[Path]:
    place = os.path.join(glob.escape(str(file.parent)), target)
    found = (Path(os.path.normpath(path)) for path in sorted(glob.glob(place, recursive=True)))
    return [path for path in found if path.suffix.lower() in _ENDINGS and path.is_file()]


def _found(folder: Path, refused: list[OSError]) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in sorted(files):
            path = Path(place, name)
            if path.suffix.lower() in _ENDINGS and path.is_file():
                yield path


def _unread(path: Path, base: Path, error: OSError) -> Left:
    return Left(_name(path, base), 1, "the file", f"it cannot be read: {error.strerror}")


def _name(path: Path, base: Path) -> str:
    """The path relative to `base`, with '?' for what no line of text can hold."""
    text = Path(os.path.relpath(path, base)).as_posix()
    return "".join(char if char.isprintable() else "?" for char in text)
