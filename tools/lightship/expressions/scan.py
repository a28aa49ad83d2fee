"""Reads the names off a CEL expression that the CEL library accepts: which values it looks at, what is wrong with them.

The library compiles and evaluates; it has no tree to walk, so names are read off the text. A path is a tuple such as
`("dependencies", EACH, "tier", WHOLE)`; its end says what is used of the value: all of it, its length, its presence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lightship.expressions.shape import Shape
from lightship.expressions.tokens import literal, tokens
from lightship.expressions.trouble import Trouble
from lightship.spelling import did_you_mean

EACH = "[]"
WHOLE = "*"
LENGTH = "#"
PRESENCE = "?"
ENDS = frozenset((WHOLE, LENGTH, PRESENCE))
Path = tuple[str, ...]

_WORDS = ("true", "false", "null", "in")
_MACROS = ("all", "exists", "exists_one", "map", "filter")
_FUNCTIONS = (
    *("size", "string", "int", "uint", "double", "bytes", "bool", "type", "dyn"),
    *("timestamp", "duration", "has"),
    *("contains", "startsWith", "endsWith", "matches"),
    *("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours"),
    *("getMinutes", "getSeconds", "getMilliseconds"),
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_LIMITS = {"map": 2, "macros": 6, "depth": 2, "list": 50, "pattern": 100, "repeats": 1000}


@dataclass(frozen=True, slots=True)
class Scanned:
    """The values an expression looks at, what is wrong, and its text with `has` spelled out where values have defaults."""

    paths: frozenset[Path]
    troubles: tuple[Trouble, ...]
    source: str


@dataclass(slots=True)
class _Value:
    path: Path | None
    shape: Shape | None


def scan(source: str, variables: Mapping[str, Shape]) -> Scanned:
    """Read `source`, an expression that compiles, for a context that offers `variables`."""
    scanner = _Scanner(source, variables)
    scanner.run()
    text = source
    for start, end, replacement in sorted(scanner.edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return Scanned(frozenset(scanner.paths), tuple(dict.fromkeys(scanner.troubles)), text)


class _Scanner:
    def __init__(self, source: str, variables: Mapping[str, Shape]) -> None:
        self._source = source
        self._tokens = tokens(source)
        self._at = 0
        self._variables = variables
        self._scopes: list[dict[str, _Value]] = []
        self._macros = {"map": 0, "all": 0}
        self.paths: set[Path] = set()
        self.troubles: list[Trouble] = []
        self.edits: list[tuple[int, int, str]] = []

    def run(self) -> None:
        while self._at < len(self._tokens):
            self._until("")

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at].text if at < len(self._tokens) else ""

    def _kind(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at].kind if at < len(self._tokens) else ""

    def _trouble(self, message: str, fix: str = "") -> None:
        self.troubles.append(Trouble(message, fix))

    def _until(self, closing: str) -> int:
        """Read to `closing` and past it; how many commas lay on the way."""
        commas = 0
        while self._at < len(self._tokens):
            text = self._peek()
            if text == closing:
                self._at += 1
                return commas
            if self._kind() == "name" and text not in _WORDS:
                self._chain()
            elif text in _CLOSING:
                self._group(text)
            else:
                commas += text == ","
                self._at += 1
        return commas

    def _group(self, opening: str) -> None:
        self._at += 1
        if self._until(_CLOSING[opening]) >= _LIMITS["list"]:
            self._trouble(f"a list or map has more than {_LIMITS['list']} items", "say it with fewer")
        self._rest(_Value(None, None))

    def _chain(self) -> None:
        name = self._peek()
        self._at += 1
        if self._peek() == "(":
            self._function(name)
            return
        self._rest(self._named(name))

    def _named(self, name: str) -> _Value:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        shape = self._variables.get(name)
        if shape is None:
            self._trouble(f"there is no '{name}' here", self._hint(name, self._variables))
            return _Value(None, None)
        return _Value((name,), shape)

    def _hint(self, word: str, known: Mapping[str, Shape] | tuple[str, ...]) -> str:
        return did_you_mean(word, tuple(known)) or f"known: {', '.join(sorted(known))}"

    def _function(self, name: str) -> None:
        if name not in _FUNCTIONS:
            self._trouble(f"there is no function '{name}'", self._hint(name, _FUNCTIONS))
        if name == "has":
            self._has()
            return
        self._at += 1
        if name == "size" and (value := self._only_a_path()) is not None:
            self._use(value, LENGTH)
            self._at += 1
        else:
            self._until(")")
        self._rest(_Value(None, None))

    def _only_a_path(self) -> _Value | None:
        """The value that `a.b.c)` names, read up to the parenthesis; None, and nothing read, where more stands there."""
        here = self._at
        ahead = 0
        while self._kind(ahead) == "name" and self._peek(ahead + 1) == ".":
            ahead += 2
        if self._kind(ahead) != "name" or self._peek(ahead + 1) != ")" or self._peek() in _WORDS:
            return None
        value = self._named(self._peek())
        for token in self._tokens[here + 2 : here + ahead + 1 : 2]:
            value = self._select(value, token.text)
        self._at = here + ahead + 1
        return value

    def _has(self) -> None:
        start = self._tokens[self._at - 1].start
        self._at += 1
        begin = self._at
        value = self._only_a_path()
        if value is None:
            self._until(")")
            return
        written = "".join(token.text for token in self._tokens[begin : self._at])
        end = self._tokens[self._at].start + 1
        self._at += 1
        if value.shape is None or value.shape.type == "anything" or value.shape.may_be_missing:
            self._use(value)
            return
        if value.path is not None:
            self._use_presence(value.path, value.shape)
        self.edits.append((start, end, value.shape.presence(written)))

    def _rest(self, value: _Value) -> None:
        """Read `.name`, `[…]` and `.call(…)` that follow `value`."""
        while True:
            if self._peek() == "." and self._kind(1) == "name":
                name = self._peek(1)
                self._at += 2
                if self._peek() == "(":
                    value = self._method(value, name)
                    continue
                value = self._select(value, name)
            elif self._peek() == "[":
                value = self._index(value)
            else:
                break
        self._compare(value)
        self._use(value)

    def _select(self, value: _Value, name: str) -> _Value:
        if value.shape is None or value.path is None:
            return _Value(None, None)
        path = (*value.path, name)
        if value.shape.type == "anything":
            return _Value(path, value.shape)
        if name in value.shape.fields:
            return _Value(path, value.shape.fields[name])
        where = ".".join(step for step in value.path if step != EACH)
        if value.shape.type == "object":
            self._trouble(f"'{where}' has no field '{name}'", self._hint(name, value.shape.fields))
        else:
            remedy = f"use {where}.exists(x, x.{name} …)" if value.shape.type == "list" else ""
            self._trouble(f"'{where}' is a {value.shape.type}, it has no field '{name}'", remedy)
        return _Value(None, None)

    def _index(self, value: _Value) -> _Value:
        self._at += 1
        key = self._tokens[self._at] if self._kind() == "string" and self._peek(1) == "]" else None
        self._until("]")
        if value.shape is None or value.path is None:
            return _Value(None, None)
        if value.shape.type == "list":
            return _Value((*value.path, EACH), value.shape.item)
        if key is not None and value.shape.type in ("object", "anything"):
            return self._select(value, str(literal(key.text)))
        self._use(value)
        return _Value(None, None)

    def _method(self, value: _Value, name: str) -> _Value:
        if name in _MACROS:
            return self._macro(value, name)
        self._at += 1
        if name not in _FUNCTIONS or name == "has":
            self._trouble(f"there is no function '{name}'", self._hint(name, (*_FUNCTIONS, *_MACROS)))
        if name == "matches":
            self._pattern()
        self._use(value, LENGTH if name == "size" else WHOLE)
        self._until(")")
        return _Value(None, None)

    def _pattern(self) -> None:
        if self._kind() != "string" or self._peek(1) != ")":
            self._trouble("matches() takes a pattern that is written out", "put the pattern in quotes")
            return
        pattern = str(literal(self._peek()))
        repeats = 1
        for low, high in re.findall(r"\{([0-9]+)(?:,([0-9]*))?\}", pattern):
            repeats *= max(int(low), int(high or 0), 1)
        if len(pattern) > _LIMITS["pattern"] or repeats > _LIMITS["repeats"]:
            self._trouble(
                "the pattern of matches() is too large", f"use at most {_LIMITS['pattern']} characters"
            )

    def _macro(self, value: _Value, name: str) -> _Value:
        self._at += 1
        self._macros["map" if name == "map" else "all"] += 1
        self._limits()
        known = value.shape is not None and value.shape.type == "list" and value.path is not None
        item = _Value(None, None)
        if known and value.shape is not None and value.path is not None:
            self.paths.add((*value.path, EACH))
            item = _Value((*value.path, EACH), value.shape.item)
        else:
            self._use(value)
        self._scopes.append({self._peek(): item})
        self._at += 1
        self._until(")")
        self._scopes.pop()
        return _Value(value.path, value.shape) if name == "filter" and known else _Value(None, None)

    def _limits(self) -> None:
        maps, others = self._macros["map"], self._macros["all"]
        if len(self._scopes) >= _LIMITS["depth"]:
            self._trouble(
                "more than two of exists, all, filter and map stand inside each other", "say it with fewer"
            )
        if maps > _LIMITS["map"] or maps + others > _LIMITS["macros"]:
            self._trouble("too many of exists, all, filter and map", "split it into two rules")

    def _compare(self, value: _Value) -> None:
        """A comparison with null, or with a word that the field never holds, is always the same."""
        if value.shape is None or value.path is None or self._peek() not in ("==", "!="):
            return
        where = ".".join(step for step in value.path if step != EACH)
        if self._peek(1) == "null" and value.shape.type != "anything":
            self._trouble(f"'{where}' is never null", f"write has({where})")
        if value.shape.values and self._kind(1) == "string":
            word = str(literal(self._peek(1)))
            if word and word not in value.shape.values:
                self._trouble(f"'{where}' is never '{word}'", self._hint(word, value.shape.values))

    def _use(self, value: _Value, end: str = WHOLE) -> None:
        if value.path is not None:
            self.paths.add((*value.path, end))

    def _use_presence(self, path: Path, shape: Shape) -> None:
        if shape.type != "object":
            self.paths.add((*path, PRESENCE))
        for name, inner in shape.fields.items():
            self._use_presence((*path, name), inner)
