"""Files that an import writes: marked as its own, so that a later run may change them and nobody else's.

The mark is two comment lines: whence the file came, and a digest of what follows.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from lightship.errors import CouldNotRun

_MARK = re.compile(r"\A# Imported from [^\n]*\n# lightship:([0-9a-f]{16})[^\n]*\n(.*)\Z", re.DOTALL)
_PLAIN = re.compile(r"^[A-Za-z][A-Za-z0-9 _./@-]*$")
_RESERVED = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))


@dataclass(frozen=True, slots=True)
class Imported:
    """One file to be written: its path in the repository, its data, and whence it came.

    A stub stands for what is named and not described: it adds members to an earlier stub, and overwrites nothing.
    """

    path: str
    data: dict[str, Any]
    origin: str
    stub: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a file: 'new', 'changed', 'same', or 'kept' because it is somebody else's."""

    state: str
    path: str
    text: str


def compare(root: Path, files: tuple[Imported, ...]) -> tuple[Change, ...]:
    """What writing `files` under `root` would do. Reads, writes nothing."""
    return tuple(_change(root, file) for file in files)


def write(root: Path, changes: tuple[Change, ...]) -> None:
    """Write what is new or changed; `CouldNotRun` where the disk refuses."""
    for change in changes:
        if change.state in ("new", "changed"):
            target = root / change.path
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(change.text, encoding="utf-8")
            except OSError as error:
                raise CouldNotRun(f"{change.path} cannot be written: {error.strerror}") from error


def _change(root: Path, file: Imported) -> Change:
    text = render(file)
    target = root / file.path
    around = list(PurePosixPath(file.path).parents)[:-1]
    linked = target.is_symlink() or any((root / folder).is_symlink() for folder in around)
    if not linked and not target.exists():
        return Change("new", file.path, text)
    if linked or not target.is_file():
        return Change("kept", file.path, text)
    current = target.read_text(encoding="utf-8", errors="replace")
    mark = _MARK.match(current)
    ours = mark is not None and mark[1] == _digest(mark[2])
    if file.stub and ours:
        return _with_members(current, file)
    if current == text:
        return Change("same", file.path, text)
    return Change("changed" if ours else "kept", file.path, text)


def _with_members(current: str, stub: Imported) -> Change:
    """The stub's members in the file where that is the same stub; what another import described is kept."""
    data = yaml.safe_load(current)
    members, more = data.get("members", []), stub.data.get("members", [])
    missing = [member for member in more if member not in members]
    if not missing:
        return Change("same", stub.path, current)
    if {**data, "members": more} != stub.data:
        return Change("kept", stub.path, current)
    return Change("changed", stub.path, render(replace(stub, data={**data, "members": [*members, *missing]})))


def render(file: Imported) -> str:
    """The file's text, mark included."""
    body = yaml.dump(
        file.data,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=False,
    )
    return (
        f"# Imported from {file.origin}. Change it there and import again, or change it here and it is yours.\n"
        f"# lightship:{_digest(body)}\n{body}"
    )


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


class _Dumper(yaml.SafeDumper):
    """Quotes every text that any YAML might read as something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    plain = _PLAIN.match(value) and value.lower() not in _RESERVED and not value.endswith(" ")
    lines = value.split("\n")
    block = len(lines) > 1 and lines[0][:1] not in ("", " ") and all(line == line.rstrip() for line in lines)
    style = None if plain else "|" if block else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
