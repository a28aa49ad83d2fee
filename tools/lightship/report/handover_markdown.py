"""A hand-over as Markdown, for a chat or a ticket; what others wrote stays text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lightship.incidents.inert import inert
from lightship.report.handover import head, sections


def render(told: Mapping[str, Any]) -> str:
    """The document. `told` is the mapping of `lightship.incidents.handover`."""
    first, *rest = head(told)
    lines = [f"**{inert(first)}**", *map(_told, rest)]
    for section in sections(told):
        lines += ["", f"**{section.title}**" + ("" if section.rows else f": {section.none}")]
        lines += [""] * bool(section.rows)
        lines += (f"- {_told(row)}" for row in section.rows)
    return "\n".join(lines) + "\n"


def _told(text: str) -> str:
    """What stands between backticks stays a command, where backticks come in pairs."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return inert(text)
    return "".join(f"`{part}`" if at % 2 else _spaced(part) for at, part in enumerate(parts))


def _spaced(text: str) -> str:
    """`text` made inert, with the spaces at its ends."""
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{inert(text)}{after}" if text.strip() else text
