"""Connectors are found by folder, belong to operations that are known, and one that is broken stops no other."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from tests.connectors.times import Clock

import lightship.connectors
from lightship.actions.operations import operation, registry
from lightship.actions.vendor import Refused, Retry
from lightship.catalog.settings import Aws, Connectors, Github
from lightship.connectors.base import Bound, Undone
from lightship.connectors.vendors import Connected, Setup, connectors

KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "LIGHTSHIP_GITHUB_TOKEN": "c"}
BOTH = Connectors(aws=Aws(region="eu-central-1"), github=Github())
OPERATIONS = [f"{vendor}.{name}" for vendor, names in connectors().items() for name in names]
FOLDER = Path(lightship.connectors.__path__[0])


def test_there_are_the_two() -> None:
    assert set(OPERATIONS) >= {"aws.grant_access", "github.add_team_member"}
    assert [uses for uses, _ in Connected(Setup(BOTH, KEYS, Clock())).all()] == OPERATIONS


@pytest.mark.parametrize("uses", OPERATIONS)
def test_an_operation_is_one_that_is_known_by_its_parameters(uses: str) -> None:
    module, known = importlib.import_module(f"lightship.connectors.{uses}"), operation(uses)
    assert known is not None, (
        f"{uses} is not declared in actions/operations; there are {', '.join(registry())}"
    )
    assert (module.USES, module.Params) == (uses, known.params)
    assert isinstance(module, Undone) == (known.undo is not None)
    assert module.LAG >= 0


@pytest.mark.parametrize("uses", OPERATIONS)
def test_an_operation_knows_of_no_approval_no_journal_and_no_retries(uses: str) -> None:
    vendor, _, name = uses.partition(".")
    tree = ast.parse((FOLDER / vendor / f"{name}.py").read_text("utf-8"))
    taken = {each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    allowed = (
        "__future__",
        "collections.abc",
        "typing",
        "lightship.actions.operations",
        "lightship.actions.vendor",
    )
    assert all(each.startswith((*allowed, "lightship.connectors")) for each in taken)
    assert not any(isinstance(each, ast.Import) for each in ast.walk(tree))


def test_a_vendor_that_is_not_set_up_well_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)  # as where the extra is not installed
    found = Connected(Setup(BOTH, KEYS, Clock()))
    broken, other = found.find("aws.grant_access"), found.find("github.add_team_member")
    assert broken is not None and other is not None
    with pytest.raises(Retry, match=r"lightship\[aws\]"):
        broken.probe({"account": "1" * 12, "permission_set": "a", "principal": "b"}, "k")
    assert other.readable


def test_without_settings_no_library_is_loaded() -> None:
    assert set(connectors()) <= set(Connectors.model_fields)
    code = (
        "import sys; from lightship.connectors.vendors import Connected, Setup; "
        "from lightship.catalog.settings import Connectors; "
        "assert not list(Connected(Setup(Connectors(), {}, None)).all()); "
        "assert not {'boto3', 'github', 'lightship.connectors.github.client'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_parameters_that_are_wrong_are_refused_before_anything_is_asked() -> None:
    found = Connected(Setup(BOTH, KEYS, Clock())).find("github.add_team_member")
    assert isinstance(found, Bound)
    with pytest.raises(Refused, match="'user'"):
        found.ensure({"team": "a/b"}, "k")
    with pytest.raises(Refused, match="'more'"):
        found.ensure({"team": "a/b", "user": "c", "more": 1}, "k")
