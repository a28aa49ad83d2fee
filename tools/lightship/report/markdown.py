"""Findings as Markdown, for a step summary or a comment."""

from __future__ import annotations

import re

from lightship.finding import Finding

_TITLE = {"error": "Errors", "warning": "Warnings", "info": "Notes"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~&@:.])")


def render(findings: tuple[Finding, ...]) -> str:
    """Errors first, then warnings and notes, grouped by file."""
    if not findings:
        return "**Nothing to fix.**\n"
    parts = []
    for severity, title in _TITLE.items():
        rows = [finding for finding in findings if finding.severity == severity]
        if rows:
            parts.append(f"### {title} ({len(rows)})\n\n{_by_file(rows)}")
    return "\n".join(parts)


def text(value: str) -> str:
    """`value` as inert Markdown: one line, and nothing in it is markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(value.split())).replace("\\<", "&lt;").replace("\\>", "&gt;")


def _by_file(findings: list[Finding]) -> str:
    lines = []
    for path in dict.fromkeys(finding.path for finding in findings):
        lines.append(f"**{text(path)}**\n")
        for finding in findings:
            if finding.path == path:
                place = f"line {finding.line}: " if finding.line else ""
                fix = f"<br>→ {text(finding.fix)}" if finding.fix else ""
                lines.append(f"- {place}{text(finding.message)} ({text(finding.rule)}){fix}")
        lines.append("")
    return "\n".join(lines) + "\n"
