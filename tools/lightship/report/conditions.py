"""What the conditions of scorecards can see, as text or as the page docs/conditions.md."""

from __future__ import annotations

from collections.abc import Iterable

_INTRODUCTION = """# What conditions can see

Written by `lightship explain --conditions --format markdown`; never by hand.

`applies_to`, `check` and `scope` are [CEL](https://cel.dev) over one service. Every field is always there: a text that was
not written is empty, a list too, a number 0. Only facts can be missing, and then the outcome is no data, unless the rule
says otherwise in `on_missing`. `x[].y` is a field of each item of a list: `runbooks.all(r, r.verified)`. An unknown name is
an error of `lightship validate`.

| name | type | meaning |
|---|---|---|
"""


def render(rows: Iterable[tuple[str, str, str]], format: str) -> str:
    """`rows` of name, type and meaning, in `format`: text or markdown."""
    if format == "text":
        return "".join(f"{name}  ({type})\n    {meaning}\n" for name, type, meaning in rows)
    cells = (f"| `{name}` | {type} | {_cell(meaning)} |\n" for name, type, meaning in rows)
    return _INTRODUCTION + "".join(cells)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
