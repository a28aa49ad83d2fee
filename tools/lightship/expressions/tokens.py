"""The words of a CEL expression, for reading names off it; what is no CEL is the CEL library's to refuse."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<blank>\s+|//[^\n]*)
    |(?P<string>[bB]?[rR](?:'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|"[^"\n]*")
        |[bB]?(?:'''(?:\\.|.)*?'''|\"\"\"(?:\\.|.)*?\"\"\"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"))
    |(?P<number>(?:0x[0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)[uU]?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>==|!=|<=|>=|&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word: `kind` is string, number, name or sign; `start` its place in the source."""

    kind: str
    text: str
    start: int


def tokens(source: str) -> tuple[Token, ...]:
    """The words of `source`, without blanks and comments."""
    return tuple(
        Token(str(found.lastgroup), found[0], found.start())
        for found in _TOKEN.finditer(source)
        if found.lastgroup != "blank"
    )


def literal(text: str) -> object:
    """The value of a string as it is written."""
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text[1:-1]
