"""The same findings in every format; what people wrote is text in each of them."""

from __future__ import annotations

import json

import pytest

from lightship.finding import Finding, Severity
from lightship.report import github, markdown, sarif, text
from lightship.report import json as json_report

HOSTILE = "evil %0A\n::error::x <script>alert(1)</script> [x](javascript:y) `z` | @all"
FOUND = (
    Finding("owner-unknown", Severity.ERROR, "catalog/services/cart.yaml", "owner 'x' is not a team", "did you mean 'y'?", line=2, column=8),
    Finding("schedule-gap", Severity.WARNING, "catalog/schedules/a.yaml", HOSTILE),
)  # fmt: skip


def test_text_names_place_rule_message_and_fix() -> None:
    first, second = text.render(FOUND[:1]).splitlines() + text.render(FOUND[1:]).splitlines()[:1]
    assert (
        first == "catalog/services/cart.yaml:2:8: owner-unknown: owner 'x' is not a team; did you mean 'y'?"
    )
    assert second.startswith("catalog/schedules/a.yaml: warning: schedule-gap: evil")


def test_json_has_the_fields_that_other_tools_rely_on() -> None:
    first, second = json.loads(json_report.render(FOUND))["findings"]
    assert first == {
        "rule": "owner-unknown",
        "severity": "error",
        "path": "catalog/services/cart.yaml",
        "line": 2,
        "column": 8,
        "message": "owner 'x' is not a team",
        "fix": "did you mean 'y'?",
    }
    assert second["message"] == HOSTILE


def test_a_message_cannot_become_a_workflow_command() -> None:
    lines = github.render(FOUND).splitlines()
    assert len(lines) == 2
    assert lines[0] == (
        "::error file=catalog/services/cart.yaml,title=owner-unknown,line=2,col=8::"
        "owner 'x' is not a team; did you mean 'y'?"
    )
    assert lines[1].startswith("::warning file=catalog/schedules/a.yaml,") and "%250A%0A::error" in lines[1]


def test_markdown_shows_no_markup_of_others() -> None:
    shown = markdown.render(FOUND)
    assert "<script" not in shown and "](" not in shown and "@all" not in shown.replace("\\@all", "")
    assert "### Errors (1)" in shown and "### Warnings (1)" in shown
    assert markdown.render(()) == "**Nothing to fix.**\n"


def test_sarif_has_a_rule_for_every_result() -> None:
    run = json.loads(sarif.render(FOUND))["runs"][0]
    assert {result["ruleId"] for result in run["results"]} == {
        rule["id"] for rule in run["tool"]["driver"]["rules"]
    }
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 8}


@pytest.mark.parametrize("char", "\\`*_{}[]<>()#+-!|~&@:.")
def test_every_special_character_of_markdown_is_inert(char: str) -> None:
    assert markdown.text(char) in (f"\\{char}", "&lt;", "&gt;")
