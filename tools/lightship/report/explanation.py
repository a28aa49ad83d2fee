"""Rules as people read about them: in a terminal, or as the reference in docs/rules.md."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from lightship.catalog.rules import Rule

_WIDTH = 100
_HEADER = """\
# Rules

Everything that `lightship validate` may say, and why. Only errors make it exit with 1. Written by
`lightship explain --all --format markdown`, never by hand.

"""


def overview(rules: Iterable[Rule], format: str) -> str:
    """A line a rule: id, severity, title."""
    rows = [(rule.id, str(rule.severity), rule.title) for rule in rules]
    if format == "markdown":
        lines = "".join(f"| [{id}](#{id}) | {severity} | {title} |\n" for id, severity, title in rows)
        return f"| rule | severity | what it finds |\n|---|---|---|\n{lines}"
    width = max(len(id) for id, _, _ in rows)
    return "".join(f"{id:<{width}}  {severity:<7}  {title}\n" for id, severity, title in rows)


def render(rules: tuple[Rule, ...], format: str) -> str:
    """All that is known of each rule; several as Markdown make a document with a table of contents."""
    if format != "markdown":
        return "\n".join(_text(rule) for rule in rules)
    sections = "\n".join(_markdown(rule) for rule in rules)
    return sections if len(rules) == 1 else f"{_HEADER}{overview(rules, format)}\n{sections}"


def _text(rule: Rule) -> str:
    parts = [f"{rule.id} ({rule.severity}): {rule.title}\n"]
    for label, told in (("Why", rule.why), ("Fix", rule.fix)):
        parts.append(textwrap.fill(f"{label}: {told}", _WIDTH, subsequent_indent="     ") + "\n")
    for label, example in (("Found in", rule.bad), ("Not found in", rule.good)):
        if example:
            parts.append(f"{label}:\n" + textwrap.indent(example, "    "))
    return "\n".join(parts)


def _markdown(rule: Rule) -> str:
    told = f"## {rule.id}\n\n{rule.title}. *{str(rule.severity).capitalize()}.*\n\n{rule.why}\n\n**Fix:** {rule.fix}\n"
    for label, example in (("Found in:", rule.bad), ("Not found in:", rule.good)):
        if example:
            told += f"\n{label}\n\n```yaml\n{example}```\n"
    return told
