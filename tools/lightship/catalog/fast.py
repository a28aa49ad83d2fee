"""The fast reader: ryaml, for documents on which a scan of the text proves that it says what `strict` says.

Both cut a text into the same tokens. ryaml reads some of them otherwise than `strict`, or does not refuse them:
anchors, aliases, tags, complex keys and all but the plainest numbers, where a token may start; directives, second
documents, merge keys and escapes anywhere. Where one of these may be there, this reader is unsure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import ryaml

from lightship.catalog.strict import DEEPEST, LARGEST, MOST_NODES, ODD

_PLAIN_BYTES = bytes([9, 10, 13, *range(32, 127)])
_MOST_BRACKETS = 200  # ryaml's time grows with the square of the depth
_START = r"""[-\n,\[{:](?:[ \t]+|(?<![-:])|(?<=[\s,\[{"'\]}]:))(?=[-+.\d&*!?])"""
_NUMBER = (
    r"[-+]?\.[\diInN]|\+\d|-0(?![.\d])|-?0(?!\d:\d)[\da-zA-Z_]|-?\d+(?:\.\d*)?[eE_]|-?\d+\.(?!\d)|-?\d{18}"
)
_UNCERTAIN = re.compile(rf"{_START}(?:[&*!?]|{_NUMBER})")
_DOCUMENT = re.compile(r"\n---[^\n]*\S")


class Unsure(Exception):
    """The two readers might disagree: `strict` has to say."""


def fast(data: bytes) -> Any:
    """The document's data, as `strict` would give it. Raises Unsure."""
    if len(data) > LARGEST:
        raise Unsure
    text = _decoded(data)
    if _uncertain(f"\n{text}"):
        raise Unsure
    try:
        found = ryaml.loads(text)
    except (ValueError, ryaml.InvalidYamlError):
        raise Unsure from None
    if type(found) in (dict, list) and _size(found, 0) > MOST_NODES:
        raise Unsure
    return found


def _decoded(data: bytes) -> str:
    if not data.translate(None, _PLAIN_BYTES):
        return data.decode("ascii")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unsure from None
    if ODD.search(text):
        raise Unsure
    return text


def _uncertain(text: str) -> bool:
    """Whether `text`, which begins with a line break of ours, holds what the readers may take differently."""
    return (
        "\\" in text
        or "<<" in text
        or "\n%" in text
        or "\n..." in text
        or ("\r" in text and text.count("\r") != text.count("\r\n"))
        or ("\n---" in text and _DOCUMENT.search(text) is not None)
        or text.count("[") + text.count("{") > _MOST_BRACKETS
        or _UNCERTAIN.search(text) is not None
    )


def _size(value: dict[Any, Any] | list[Any], depth: int) -> int:
    """How many values there are; more than all that is allowed where one is nested too deeply or keyed oddly."""
    if depth >= DEEPEST:
        return MOST_NODES + 1
    inner: Iterable[Any] = value
    count = 1 + len(value)
    if type(value) is dict:
        for key in value:
            if type(key) is not str:
                return MOST_NODES + 1
        inner = value.values()
        count += len(value)
    for item in inner:
        if type(item) is dict or type(item) is list:
            count += _size(item, depth + 1) - 1
    return count
