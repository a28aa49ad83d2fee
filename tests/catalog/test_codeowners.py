"""A11: no path that changes who may, or what is carried out, is without an owner, new ones included."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest
from tests.trees import TEAM, lightship, write

OWNERS = "name: x\nowners: {default: web, people: payments, policies: payments, workflows: payments, settings: payments}\n"
CATALOG = {
    **TEAM,
    "lightship.yaml": OWNERS,
    "catalog/people/bo.yaml": "name: Bo Example\ngithub: bo\n",
    "catalog/teams/web.yaml": "name: Web\nmembers: [bo]\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada]\ngithub: acme/payments\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: web\n",
}
PROTECTED = (
    "catalog/people/mallory.yaml",
    "catalog/teams/new.yaml",
    "actions/new.yaml",
    "actions/policies/new.yaml",
    ".github/workflows/execute.yml",
    ".github/workflows/new.yml",
    ".github/CODEOWNERS",
    "lightship.yaml",
    "tools/lightship/actions/decide.py",
    "pyproject.toml",
)


def owners(text: str, path: str) -> list[str]:
    """Who has to review `path`: as GitHub reads it, the last line that matches."""
    found: list[str] = []
    for line in text.splitlines():
        pattern, *names = line.partition("#")[0].split() or [""]
        inside = pattern.endswith("/") and path.startswith(pattern[1:])
        if pattern and (inside or pattern == "*" or fnmatch(path, pattern.removeprefix("/"))):
            found = names
    return found


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = write(tmp_path_factory.mktemp("owned"), CATALOG)
    assert lightship(root, "codeowners").code == 0
    return (root / ".github/CODEOWNERS").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PROTECTED)
def test_a11_what_is_protected_has_its_owner(text: str, path: str) -> None:
    assert owners(text, path) == ["@acme/payments"]


def test_a11_whatever_is_new_has_an_owner_and_requests_have_their_policy(text: str) -> None:
    assert owners(text, "a/new/folder/file.txt") == ["@bo"]
    assert owners(text, "actions/requests/req-1.yaml") == []
