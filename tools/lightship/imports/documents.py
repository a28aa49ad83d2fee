"""YAML of other tools, read leniently: document by document, so that a broken one hides no other. No I/O.

Unlike our own files these may hold anchors, several documents and odd scalars; every scalar stays text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

_LARGEST = 20_000_000  # characters; API definitions are often written inline
_NODES = 100_000
_DEEPEST = 100
_SEPARATOR = re.compile(r"^---(?=[ \t\n]|\Z)", re.MULTILINE)
_PREAMBLE = re.compile(r"(?:[ \t]*(?:[%#].*)?(?:\n|\Z))*")
_MERGE = "tag:yaml.org,2002:merge"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)


@dataclass(frozen=True, slots=True)
class Left:
    """Something that was not carried over: where it stands, what it is, and why."""

    path: str
    line: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document: texts, lists and mappings of them; `line` is its first line, `lines` a line for each key path."""

    path: str
    line: int
    data: Any
    lines: dict[tuple[str | int, ...], int]

    def line_of(self, *keys: str | int) -> int:
        """The line of a key, or of the nearest key around it."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, self.line)


class _TooLarge(Exception):
    pass


def documents(path: str, content: bytes) -> Iterator[Document | Left]:
    """Every document of the file, or why it cannot be read."""
    try:
        text = content.decode("utf-16" if content.startswith(UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        yield Left(path, 1, "the file", "it is neither UTF-8 nor UTF-16")
        return
    if len(text) > _LARGEST:
        yield Left(path, 1, "the file", f"it is longer than {_LARGEST:,} characters")
        return
    for offset, part in _parts(_visible(re.sub(r"\r\n?", "\n", text))):
        try:
            node = _compose(part)
            if node is None:
                continue
            first = offset + node.start_mark.line + 1
            lines: dict[tuple[str | int, ...], int] = {}
            yield Document(path, first, _plain(node, (), lines, offset), lines)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line if error.problem_mark else 0
            template = " (a template that was not filled in?)" if "{{" in part or "{%" in part else ""
            yield Left(path, offset + line + 1, "a document", f"it is not YAML: {error.problem}{template}")
        except yaml.YAMLError as error:
            yield Left(path, offset + 1, "a document", f"it is not YAML: {error}")
        except RecursionError:
            yield Left(path, offset + 1, "a document", "it is nested too deeply")
        except _TooLarge:
            yield Left(path, offset + 1, "a document", f"it holds more than {_NODES:,} values")


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The documents' texts, each with the number of lines before it; nothing where only comments or directives are."""
    start = line = 0
    for end, after in [*(mark.span() for mark in _SEPARATOR.finditer(text)), (len(text), len(text))]:
        part = text[start:end]
        if not _PREAMBLE.fullmatch(part):
            yield line, part
        line += text.count("\n", start, after)
        start = after


def _compose(part: str) -> yaml.Node | None:
    """The document's nodes. Depth and size are measured first, since composing recurs, in C where that is there."""
    depth = 0
    for count, event in enumerate(yaml.parse(part, Loader=_LOADER)):
        if count > 2 * _NODES:
            raise _TooLarge
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise RecursionError
    return yaml.compose(part, Loader=_LOADER)


def _plain(
    node: yaml.Node, keys: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], offset: int
) -> Any:
    if len(lines) > _NODES:
        raise _TooLarge
    lines.setdefault(keys, offset + node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            name = _visible(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            lines[(*keys, name)] = offset + key.start_mark.line + 1
            plain = _plain(value, (*keys, name), lines, offset)
            if key.tag == _MERGE:
                for source in plain if isinstance(plain, list) else [plain]:
                    merged = (source if isinstance(source, dict) else {}) | merged
            else:
                found[name] = plain
        return merged | found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*keys, index), lines, offset) for index, item in enumerate(node.value)]
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return _visible(node.value)


def _visible(text: str) -> str:
    """`text` without what nobody sees; escapes may have brought it in."""
    return _ODD.sub("", text)
