"""The strict reader: YAML 1.2 core over libyaml's events, with a place for every refusal."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import yaml

from lightship.errors import CouldNotRun

if not yaml.__with_libyaml__:
    # Its pure Python scanner takes tabs and ends of documents otherwise: the same file would be judged differently.
    raise CouldNotRun("reading YAML: PyYAML was built here without libyaml; install its wheel instead")

LARGEST = 64 * 1024  # bytes
DEEPEST = 20
MOST_NODES = 10_000
Keys = tuple[str | int, ...]
_Node = yaml.ScalarEvent | yaml.CollectionStartEvent
Place = tuple[int, int]

# C0 and C1 controls, bidirectional overrides, zero-width and invisible characters, tags, non-characters: what
# looks empty or reorders what is shown.
ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_INTEGER = re.compile(r"^[-+]?(0|[1-9][0-9]*)$")
_BASED = re.compile(r"^0(o[0-7]+|x[0-9a-fA-F]+)$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_NOT_FINITE = re.compile(r"^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$")
_UNCLOSED = "found unexpected end of stream"  # within a text in quotes
_PLAIN = {  # what the scanner says → what a reader understands
    _UNCLOSED: "the quotes that begin here are never closed",
    "mapping values are not allowed in this context": "a ':' stands where none is expected",
    "found character that cannot start any token": "no value can begin with this character",
    "did not find expected key": "a key is expected here",
}
_CONSTANTS = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


@dataclass
class YamlError(Exception):
    """Why a file cannot be read: the rule that it breaks, where (1-based, in characters), and what to do."""

    rule: str
    message: str
    line: int
    column: int
    fix: str = ""


def strict(
    data: bytes, keys: dict[Keys, Place] | None = None, values: dict[Keys, Place] | None = None
) -> Any:
    """The document's data; fills `keys` and `values` with the place of each by key path. Raises YamlError."""
    if len(data) > LARGEST:
        message = f"the file has {len(data):,} bytes, and {LARGEST:,} are the most"
        raise YamlError(
            "yaml-too-large", message, 1, 1, "split it, or move long texts to where they are linked"
        )
    text = _decode(data)
    if odd := ODD.search(text):
        raise _odd(odd[0], *_end(text[: odd.start()]))
    try:
        return _Builder(keys, values).build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark if error.problem == _UNCLOSED else error.problem_mark
        mark = mark or error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError("yaml-invalid", _said(error), line, column, _remedy(text, line)) from None
    except yaml.YAMLError as error:
        raise YamlError("yaml-invalid", str(error).split("\n")[0], 1, 1) from None


def scalar(text: str) -> Any:
    """What a plain scalar means in the core schema. Raises ValueError with the reason where it means nothing."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text) or _BASED.match(text):
        if len(text) > 20 or not -(2**63) <= (number := int(text, 0)) < 2**63:
            raise ValueError("the number does not fit into 64 bits")
        return number
    if _NOT_FINITE.match(text) or (_FLOAT.match(text) and not math.isfinite(float(text))):
        raise ValueError("the number is not finite")
    return float(text) if _FLOAT.match(text) else text


class _Builder:
    """Builds data from events, without recursion: depth is bounded by DEEPEST, not by the stack."""

    def __init__(self, keys: dict[Keys, Place] | None, values: dict[Keys, Place] | None) -> None:
        self.keys = keys
        self.values = values
        self.stack: list[tuple[Any, Keys]] = []  # open collections, outermost first, with their key paths
        self.pending: list[
            tuple[str, Place] | None
        ] = []  # for each open mapping: the key that waits for a value
        self.seen: list[dict[str, int]] = []  # for each open collection: the line of each key
        self.nodes = 0
        self.root: Any = None

    def build(self, text: str) -> Any:
        documents = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _at(
                        event,
                        "yaml-multiple-documents",
                        "a second document begins",
                        "keep one document a file",
                    )
                if event.version or event.tags:
                    raise _at(event, "yaml-directive", "a directive", "take out the lines that begin with %")
            elif isinstance(event, yaml.AliasEvent):
                raise _at(event, "yaml-anchor", f"an alias (*{_shown(event.anchor)})", "write the value out")
            elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.stack.pop()
                self.pending.pop()
                self.seen.pop()
        return self.root

    def _node(self, event: _Node) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _at(event, "yaml-too-large", f"more than {MOST_NODES:,} values", "split the file")
        if event.anchor is not None:
            raise _at(
                event,
                "yaml-anchor",
                f"an anchor (&{_shown(event.anchor)})",
                "write the value out where it is needed",
            )
        if event.tag is not None:
            raise _at(
                event, "yaml-tag", f"a tag ({_shown(event.tag)})", "take it out; the schema says the type"
            )
        if self._expects_key():
            self._key(event)
            return
        value = self._value(event)
        path = self._attach(value, event)
        if isinstance(value, dict | list):
            if len(self.stack) >= DEEPEST:
                raise _at(event, "yaml-too-deep", f"more than {DEEPEST} levels", "make it flatter")
            self.stack.append((value, path))
            self.pending.append(None)
            self.seen.append({})

    def _expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][0], dict) and self.pending[-1] is None

    def _key(self, event: _Node) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise _at(event, "yaml-key", "a key that is a list or a mapping", "use a text as the key")
        name = event.value
        plain = event.implicit[0]
        if plain and name == "<<":
            raise _at(event, "yaml-merge-key", "a merge key (<<)", "write the keys out")
        if plain and not isinstance(_plain(event), str):
            raise _at(
                event,
                "yaml-key",
                f"the key {_shown(name) or 'that is empty'} does not read as text",
                "put it in quotes",
            )
        _check_characters(event)
        line, column = _place(event)
        if name in self.seen[-1]:
            message = f"'{_shown(name)}' is written twice; first in line {self.seen[-1][name]}"
            raise YamlError("yaml-duplicate-key", message, line, column, "keep one of them")
        self.seen[-1][name] = line
        self.pending[-1] = (name, (line, column))

    def _value(self, event: _Node) -> Any:
        if isinstance(event, yaml.MappingStartEvent):
            return {}
        if isinstance(event, yaml.CollectionStartEvent):
            return []
        _check_characters(event)
        return _plain(event) if event.implicit[0] else event.value

    def _attach(self, value: Any, event: _Node) -> Keys:
        place = _place(event)
        if not self.stack:
            self.root = value
            path: Keys = ()
        else:
            container, base = self.stack[-1]
            waiting = self.pending[-1]
            if waiting is not None:
                name, key_place = waiting
                container[name] = value
                path = (*base, name)
                self.pending[-1] = None
                if self.keys is not None:
                    self.keys[path] = key_place
            else:
                path = (*base, len(container))
                container.append(value)
        if self.values is not None:
            self.values[path] = place
        return path


def _plain(event: yaml.ScalarEvent) -> Any:
    try:
        return scalar(event.value)
    except ValueError as error:
        raise _at(
            event, "yaml-number", f"{_shown(event.value)}: {error}", "put it in quotes to keep it as text"
        ) from None


def _shown(text: str | None) -> str:
    """What a message quotes: not long, and nothing that a terminal obeys, which a tag may hold escaped."""
    text = text or ""
    clipped = text if len(text) <= 40 else f"{text[:39]}…"
    return "".join(char if char.isprintable() else "?" for char in clipped)


def _place(event: yaml.Event) -> tuple[int, int]:
    assert event.start_mark is not None  # it was read from text
    return event.start_mark.line + 1, event.start_mark.column + 1


def _check_characters(event: yaml.ScalarEvent) -> None:
    # Written as an escape such as "\u202e", a character passes the check of the text.
    if odd := ODD.search(event.value):
        raise _odd(odd[0], *_place(event))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _end(data[: error.start].decode("utf-8"))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise YamlError("yaml-character", message, line, column, "save the file as UTF-8") from None


def _end(before: str) -> Place:
    """The place that follows `before`; a lone carriage return breaks a line too."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1


def _odd(char: str, line: int, column: int) -> YamlError:
    message = f"the invisible character U+{ord(char):04X}"
    return YamlError(
        "yaml-character", message, line, column, "take it out; it hides or reorders what people see"
    )


def _at(event: yaml.Event, rule: str, message: str, fix: str) -> YamlError:
    return YamlError(rule, message, *_place(event), fix)


def _said(error: yaml.MarkedYAMLError) -> str:
    if plain := _PLAIN.get(error.problem or ""):
        return plain
    context = f", {error.context}" if error.context else ""
    return f"{error.problem}{context}"


def _remedy(text: str, line: int) -> str:
    lines = text.split("\n")
    shown = lines[line - 1] if line <= len(lines) else ""
    if re.search(r"^<{7} ", text, re.MULTILINE):
        return "a merge conflict is left in the file: settle it"
    if "\t" in shown[: len(shown) - len(shown.lstrip())]:
        return "indent with spaces, not tabs"
    if "{{" in shown or "{%" in shown:
        return "put a text that holds {{ or {% in quotes"
    if re.search(r"[:-] +[@`%]", shown):
        return "put a text that begins with @, ` or % in quotes"
    if shown.count(": ") > 1:
        return "put a text that holds ': ' in quotes"
    return "check the indentation and the quotes of this line and the one before"
