"""Findings as lines for a terminal: place, rule, message, fix."""

from __future__ import annotations

from lightship.finding import Finding


def render(findings: tuple[Finding, ...]) -> str:
    """A line a finding: `path:line:column: [severity ]rule: message; fix`. Errors carry no severity word."""
    return "".join(f"{line(finding)}\n" for finding in findings)


def line(finding: Finding) -> str:
    """One finding in one line."""
    place = finding.path + (f":{finding.line}:{finding.column}" if finding.line else "")
    word = "" if finding.severity == "error" else f"{finding.severity}: "
    fix = f"; {finding.fix}" if finding.fix else ""
    return f"{place}: {word}{finding.rule}: {finding.message}{fix}"
