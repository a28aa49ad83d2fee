"""The sizes and sentences that keep a module readable in one go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "tools" / "lightship").rglob("*.py"))
LONGEST_MODULE, LONGEST_FUNCTION = 300, 30
SHAPELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def modules(*, skip_empty: bool = True) -> list[object]:
    return [
        pytest.param(path, id=path.relative_to(ROOT).as_posix())
        for path in MODULES
        if path.read_bytes().strip() or not skip_empty
    ]


def statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function from its `def` to its end, its docstring left out."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        lines -= (function.body[0].end_lineno or 0) - function.body[0].lineno + 1
    return lines


@pytest.mark.parametrize("path", modules())
def test_a_module_is_short_and_says_what_it_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no docstring states its contract"
    assert len(text.splitlines()) <= LONGEST_MODULE
    long = {
        node.name: statements(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and statements(node) > LONGEST_FUNCTION
    }
    assert not long


@pytest.mark.parametrize("path", modules(skip_empty=False))
def test_a_module_is_named_for_what_it_holds(path: Path) -> None:
    assert not SHAPELESS & set(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", modules())
def test_nothing_is_left_undone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not [word for word in ("TODO", "FIXME", "XXX", "HACK") if word in text]
    assert "except Exception" not in text
