"""Each attack of the threat model on approvals, replay and audit has a test: by its number in the name, or named here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ATTACKS = (*(f"a{number}" for number in range(1, 17)), *(f"r{number}" for number in range(1, 8)))
# Where what is attacked is wider than approvals, its own tests are these.
ELSEWHERE = {
    "r2": ("test_execute", "test_a_run_of_older_code_may_not_act", "test_runs_that_may_not_act"),
    "r3": ("test_races", "test_one_winner_a_round"),
    "r4": ("test_tampering", "test_seven_kinds_of_tampering_at_every_entry"),
    "r5": ("test_audit", "test_skipping_is_found"),
}


def names() -> dict[str, set[str]]:
    """Test modules, with the tests in them."""
    found: dict[str, set[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        found.setdefault(path.stem, set()).update(each for each in functions if each.startswith("test_"))
    return found


NAMES = names()


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_has_a_test(attack: str) -> None:
    numbered = [name for tests in NAMES.values() for name in tests if re.search(rf"_{attack}_", name)]
    module, *those = ELSEWHERE.get(attack, ("", ""))
    assert numbered or NAMES.get(module, set()).issuperset(those), f"nothing tests {attack}"
