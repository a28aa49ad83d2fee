"""The sizes and sentences that keep a module readable in one go."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "tools" / "lightship").rglob("*.py"))
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_TABLE, MOST_STEPS = 300, 30, 45, 15
SHAPELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def too_long(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function has too many lines (its docstring left out), or too many steps.

    A table or a page's context may be longer than a step-by-step, for it is read like a list.
    """
    inner = [node for part in function.body for node in ast.walk(part) if isinstance(node, ast.stmt)]
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        lines -= (function.body[0].end_lineno or 0) - function.body[0].lineno + 1
    return lines > LONGEST_TABLE or (lines > LONGEST_FUNCTION and len(inner) > MOST_STEPS)


def too_much(path: Path) -> list[str]:
    """What is wrong with the size of the module at `path`, or with what it says of itself."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found = [f"{function.name} is too long" for function in functions if too_long(function)]
    if text.strip() and not ast.get_docstring(tree):
        found.append("no docstring states its contract")
    if len(text.splitlines()) > LONGEST_MODULE:
        found.append(f"more than {LONGEST_MODULE} lines")
    return [f"{path.relative_to(ROOT)}: {each}" for each in found]


def test_modules_are_short_and_say_what_they_do() -> None:
    assert len(MODULES) > 100
    assert [each for path in MODULES for each in too_much(path)] == []


def test_modules_are_named_for_what_they_hold() -> None:
    assert [path for path in MODULES if SHAPELESS & set(path.relative_to(ROOT).with_suffix("").parts)] == []


def test_nothing_is_left_undone() -> None:
    words = ("TODO", "FIXME", "XXX", "HACK", "except Exception")
    texts = {path: path.read_text(encoding="utf-8") for path in MODULES}
    assert [(path, word) for path, text in texts.items() for word in words if word in text] == []
