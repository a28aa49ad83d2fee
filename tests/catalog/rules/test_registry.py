"""The registry is whole: whatever may be printed can be explained, in the terminal and in docs/rules.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.catalog.rules.world import judge
from tests.trees import lightship

from lightship.catalog import rules
from lightship.report import explanation

PACKAGE = Path(rules.__file__).parents[2]
RULES = rules.registry()
# Calls that make a finding, or something that becomes one; the rule's id is the first text among the arguments.
_MAKERS = {"Finding", "Problem", "YamlError", "refuse", "_at", "_odd"}


def emitted() -> Iterator[tuple[str, str]]:
    """(module, id) of every rule that code outside of the rules' own folder writes down as text."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.parent == Path(rules.__file__).parent:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in _MAKERS:
                given = [*node.args[:2], *(word.value for word in node.keywords if word.arg == "rule")]
                texts = [part.value for part in given if isinstance(part, ast.Constant)]
                ids = [text for text in texts if isinstance(text, str) and "-" in text and " " not in text]
                yield from ((path.relative_to(PACKAGE).as_posix(), id) for id in ids[:1])


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_id_that_is_printed_is_explained() -> None:
    found = set(emitted())
    assert len({id for _, id in found}) >= 20, "the search finds nothing any more"
    assert {(module, id) for module, id in found if id not in RULES} == set()


def test_every_rule_without_a_check_is_printed_somewhere() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in PACKAGE.rglob("*.py")
        if path.parent != Path(rules.__file__).parent
    )
    silent = [id for id, rule in RULES.items() if rule.check is None and f"{id}" not in text]
    assert silent == []


def test_rules_are_sorted_and_named_for_the_problem() -> None:
    assert list(RULES) == sorted(RULES)
    for rule in RULES.values():
        assert rule.check is None or rule.check.__doc__, f"{rule.id}: what it looks at is not said"


def test_docs_rules_is_what_explain_writes(root: Path) -> None:
    written = (root / "docs/rules.md").read_text(encoding="utf-8")
    fresh = explanation.render(tuple(RULES.values()), "markdown")
    assert written == fresh, "run `lightship explain --all --format markdown > docs/rules.md`"


def test_every_finding_of_a_bad_repository_is_explained(tmp_path: Path) -> None:
    files = {
        "catalog/services/cart.yaml": "name: Cart\nowner: paymentz\ntier: 1\nformerly: [checkout]\n",
        "catalog/services/ad.yaml": "name: [\n",
        "catalog/teams/payments.yaml": None,
    }
    found = {finding.rule for finding in judge(tmp_path, files)}
    assert {"owner-unknown", "formerly-clash", "yaml-invalid", "team-unknown"} <= found <= set(RULES)


def test_explain_shows_a_rule(tmp_path: Path) -> None:
    done = lightship(tmp_path, "explain", "owner-unknown")
    assert done.code == 0 and done.err == ""
    for part in ("owner-unknown (error)", "Why: ", "Fix: ", "owner: paymentz", "owner: payments"):
        assert part in done.out


def test_explain_lists_all(tmp_path: Path) -> None:
    lines = lightship(tmp_path, "explain").out.splitlines()
    assert [line.split()[0] for line in lines] == list(RULES)


@pytest.mark.parametrize(
    ("word", "hint"),
    [("owner-unknwon", "did you mean 'owner-unknown'?"), ("zzz", "`lightship explain` lists the rules")],
)
def test_explain_knows_what_was_meant(tmp_path: Path, word: str, hint: str) -> None:
    done = lightship(tmp_path, "explain", word)
    assert done.code == 2 and done.out == ""
    assert f"there is no rule '{word}'; {hint}" in done.err


def test_explain_knows_the_rules_of_scorecards(tmp_path: Path) -> None:
    judge(tmp_path, {})
    done = lightship(tmp_path, "explain", "ready/has-slo")
    assert done.code == 0 and "ready/has-slo" in done.out and "Why: So." in done.out
    assert "did you mean 'ready/has-slo'?" in lightship(tmp_path, "explain", "ready/has-sol").err


def test_explain_writes_the_whole_reference(tmp_path: Path) -> None:
    done = lightship(tmp_path, "explain", "--all", "--format", "markdown")
    assert done.code == 0 and done.out.count("\n## ") == len(RULES)
