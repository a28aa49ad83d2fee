"""Findings as JSON, for other tools."""

from __future__ import annotations

import json

from lightship.finding import Finding


def render(findings: tuple[Finding, ...]) -> str:
    """`{"findings": [{"rule", "severity", "path", "line", "column", "message", "fix"}]}`; line 0: the whole file."""
    return (
        json.dumps({"findings": [as_dict(finding) for finding in findings]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def as_dict(finding: Finding) -> dict[str, str | int]:
    """One finding as JSON knows it."""
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "fix": finding.fix,
    }
