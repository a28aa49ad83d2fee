"""The sizes and sentences that keep a module readable in one go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "tools" / "lightship").rglob("*.py"))
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_TABLE, MOST_STEPS = 300, 30, 45, 15
SHAPELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def modules(*, skip_empty: bool = True) -> list[object]:
    return [
        pytest.param(path, id=path.relative_to(ROOT).as_posix())
        for path in MODULES
        if path.read_bytes().strip() or not skip_empty
    ]


def too_long(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function has too many lines (its docstring left out), or too many steps.

    A table or a page's context may be longer than a step-by-step, for it is read like a list.
    """
    inner = [node for part in function.body for node in ast.walk(part) if isinstance(node, ast.stmt)]
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        lines -= (function.body[0].end_lineno or 0) - function.body[0].lineno + 1
    return lines > LONGEST_TABLE or (lines > LONGEST_FUNCTION and len(inner) > MOST_STEPS)


@pytest.mark.parametrize("path", modules())
def test_a_module_is_short_and_says_what_it_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no docstring states its contract"
    assert len(text.splitlines()) <= LONGEST_MODULE
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert not [function.name for function in functions if too_long(function)]


@pytest.mark.parametrize("path", modules(skip_empty=False))
def test_a_module_is_named_for_what_it_holds(path: Path) -> None:
    assert not SHAPELESS & set(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", modules())
def test_nothing_is_left_undone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not [word for word in ("TODO", "FIXME", "XXX", "HACK") if word in text]
    assert "except Exception" not in text
