"""Strict YAML 1.2 core: bytes in, plain data out, and a place for everything that is refused.

Two readers. `strict` is the definition: libyaml's events, every refusal, every position. `parse` takes a fast parser
(ryaml) where a scan of the text proves that both agree, and `strict` for everything else; a property test holds
them together. Numbers with a leading zero stay text; so do dates, times and everything that YAML 1.1 guessed at.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import ryaml

from lightship.catalog.strict import DEEPEST, LARGEST, MOST_NODES, ODD, YamlError, strict

__all__ = ["DEEPEST", "LARGEST", "MOST_NODES", "Positions", "YamlError", "parse", "positions"]

_PLAIN_BYTES = bytes([9, 10, 13, *range(32, 127)])
# What ryaml reads otherwise than `strict`, or does not refuse. Marks: anchors, aliases, tags, complex keys at the
# start of a value; directives, second documents, merge keys and escapes anywhere. Numbers: all but the plainest.
_START = r"""(?:[:?\-][ \t]+|[,\[{\n"'][ \t]*|["']:)"""
_MARKS = re.compile(rf"""{_START}(?:[&*]\S|!|\?(?:\s|$))|\n(?:%|---[^\n]*\S|\.\.\.)|<<|\\""")
_MARKED = ("&", "*", "!", "?", "%", "<<", "\\", "...", "---")
_NUMERIC = re.compile(rf"{_START}[-+]?[.\d]")
_PLAIN_NUMBER = re.compile(
    rf"{_START}(?!-0(?![.\d])|-?0[\da-zA-Z_]|-?\d+(?:\.\d*)?[eE_]|-?\d+\.(?!\d)|-?\d{{18}})-?\d"
)


@dataclass(frozen=True, slots=True)
class Positions:
    """Line and column (1-based, in characters) of every key and of every value, by key path."""

    key: dict[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)
    value: dict[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)


def parse(data: bytes) -> Any:
    """The document's data: mappings, lists, texts, numbers, booleans and None. Raises YamlError."""
    if len(data) > LARGEST or (data.translate(None, _PLAIN_BYTES) and not _harmless(data)):
        return strict(data)
    text = data.decode()
    if _uncertain(f"\n{text}"):
        return strict(data)
    try:
        found = ryaml.loads(text)
    except (ValueError, ryaml.InvalidYamlError):
        return strict(data)
    if _size(found, 0) > MOST_NODES:
        return strict(data)
    return found


def positions(data: bytes) -> Positions:
    """Where everything stands, as far as the document can be read."""
    found = Positions()
    with suppress(YamlError):
        strict(data, found.key, found.value)
    return found


def _uncertain(text: str) -> bool:
    """Whether the two readers might disagree on `text`, which begins with a line break of ours."""
    if any(mark in text for mark in _MARKED) and _MARKS.search(text):
        return True
    return any(not _PLAIN_NUMBER.match(text, found.start()) for found in _NUMERIC.finditer(text))


def _harmless(data: bytes) -> bool:
    try:
        return ODD.search(data.decode()) is None
    except UnicodeDecodeError:
        return False


def _size(value: Any, depth: int) -> int:
    """How many values there are; more than all that is allowed where one is nested too deeply or keyed oddly."""
    if isinstance(value, dict):
        if depth >= DEEPEST:
            return MOST_NODES + 1
        count = 1
        for key, item in value.items():
            if type(key) is not str:
                return MOST_NODES + 1
            count += 1 + (_size(item, depth + 1) if type(item) in (dict, list) else 1)
        return count
    if isinstance(value, list):
        if depth >= DEEPEST:
            return MOST_NODES + 1
        return 1 + sum(_size(item, depth + 1) if type(item) in (dict, list) else 1 for item in value)
    return 1
