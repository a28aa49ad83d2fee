"""What people typed, as Markdown that shows it letter by letter: no markup, no links, no HTML. Pure."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"[\\`*_{}\[\]|]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "~": "&#126;", "$": "&#36;", "@": "&#64;"}
_HTML_CHARACTERS = re.compile("[&<>~$@]")
_BEGINS_BLOCK = re.compile(r"^(?:[#+=:!-]|[0-9]+(?=[.)]))")
_LINKED = re.compile(r"(?i):(?=//)|(?<=www)\.")


def inert(text: str) -> str:
    """`text` in one line, for a paragraph, a list item or a cell of a table; readers see what was typed.

    Holds for CommonMark, GitHub's flavour and Python-Markdown: each escape is one that all three know.
    """
    line = " ".join(text.split())
    # The order matters: '&' of the later escapes must not be escaped again.
    line = _HTML_CHARACTERS.sub(lambda found: _HTML[found[0]], line)
    line = _MARKUP.sub(r"\\\g<0>", line)
    line = _LINKED.sub(lambda found: f"&#{ord(found[0])};", line)
    return _BEGINS_BLOCK.sub(_shielded, line)


def _shielded(found: re.Match[str]) -> str:
    """The first letters of a line that would begin a heading, a list or a rule; written so that they do not."""
    return "".join(f"&#{ord(letter)};" for letter in found[0])
