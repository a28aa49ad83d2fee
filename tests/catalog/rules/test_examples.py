"""Every rule's own examples: it finds the bad one, and nothing in the good one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.rules.world import files_of, judge

from lightship.catalog import rules

RULES = rules.registry()
# Too large to show, or not found in files of the folder.
WITHOUT_EXAMPLE = {
    "yaml-too-large",
    "repository-too-large",
    "facts-invalid",
    "journal-unreadable",
    "generated-file-stale",
    "service-gone",
    # Found in the journal.
    "break-glass-unreviewed",
    "commander-missing",
    "follow-up-overdue",
    "postmortem-overdue",
    "update-overdue",
}


def test_no_rule_finds_anything_in_a_good_repository(tmp_path: Path) -> None:
    assert judge(tmp_path, {}) == ()


def test_there_are_more_than_forty_rules_and_all_but_a_few_are_shown() -> None:
    assert sum(rule.check is not None for rule in RULES.values()) >= 80
    assert {id for id, rule in RULES.items() if not (rule.bad and rule.good)} == WITHOUT_EXAMPLE


@pytest.mark.parametrize("id", [id for id, rule in RULES.items() if rule.bad])
def test_a_rule_finds_its_bad_example_and_not_its_good_one(tmp_path: Path, id: str) -> None:
    bad, good = files_of(RULES[id].bad), files_of(RULES[id].good)
    found = [finding for finding in judge(tmp_path / "bad", bad) if finding.rule == id]
    assert found
    for finding in found:
        assert finding.message
        if RULES[id].check is not None:
            assert finding.line and finding.column, "not located"
            assert finding.fix, "no way out"
    left = judge(tmp_path / "good", good)
    assert id not in {finding.rule for finding in left}
    assert not {finding.rule for finding in left if RULES[finding.rule].check is None}, left


def test_every_rule_says_why_and_what_to_do() -> None:
    for rule in RULES.values():
        assert rule.title and "\n" not in rule.title and len(rule.title) <= 100, rule.id
        assert rule.why.endswith(".") and rule.fix.endswith((".", "?")), rule.id
        assert "\n" not in rule.why + rule.fix, rule.id
