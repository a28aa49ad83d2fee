"""Findings as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from typing import Any

from lightship.finding import Finding

_LEVEL = {"error": "error", "warning": "warning", "info": "note"}


def render(findings: tuple[Finding, ...]) -> str:
    """One run with its rules. Source: OASIS SARIF 2.1.0, sections 3.13, 3.27 and 3.49."""
    from lightship.catalog import rules

    known = rules.registry()
    used = sorted({finding.rule for finding in findings})
    driver = {
        "name": "lightship",
        "rules": [
            {
                "id": id,
                "shortDescription": {"text": known[id].title},
                "fullDescription": {"text": known[id].why},
                "help": {"text": known[id].fix},
            }
            for id in used
        ],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(finding) for finding in findings]}],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _result(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": finding.path}}
    if finding.line:
        location["region"] = {"startLine": finding.line, "startColumn": finding.column}
    text = f"{finding.message}; {finding.fix}" if finding.fix else finding.message
    return {
        "ruleId": finding.rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
    }
