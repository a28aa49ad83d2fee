"""Findings as workflow commands: GitHub shows them on the lines of a pull request."""

from __future__ import annotations

from lightship.finding import Finding

_LEVEL = {"error": "error", "warning": "warning", "info": "notice"}


def render(findings: tuple[Finding, ...]) -> str:
    """A `::error file=…,line=…::…` a finding. Source of the escapes: actions/toolkit, `core.ts` and `command.ts`."""
    return "".join(_annotation(finding) + "\n" for finding in findings)


def _annotation(finding: Finding) -> str:
    place = {"file": finding.path, "title": finding.rule}
    if finding.line:
        place |= {"line": str(finding.line), "col": str(finding.column)}
    properties = ",".join(f"{name}={_property(value)}" for name, value in place.items())
    text = f"{finding.message}; {finding.fix}" if finding.fix else finding.message
    return f"::{_LEVEL[finding.severity]} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
