"""The smallest portal: whatever people are called, it can be written down and read back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trees import write

from lightship import starter
from lightship.catalog.kinds import model
from lightship.catalog.load import load
from lightship.catalog.read import parse
from lightship.catalog.source import folder
from lightship.errors import UsageError


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Ada Example", "ada-example"),
        ("  Ünal  Groß ", "unal-gross"),
        ("Aoife O'Réaltóg", "aoife-orealtog"),
        ("R2-D2 (droid)", "r2-d2-droid"),
        ("con", "con-1"),
        ("x" * 200, "x" * 60),
        (f"{'x' * 59} y", "x" * 59),
        ("星野", ""),
        ("!?", ""),
    ],
)
def test_ids(name: str, id: str) -> None:
    assert starter.id_from(name) == id


def test_ids_where_the_names_give_none() -> None:
    nameless = starter.Beginning("星野", "hoshino@example.com", "星", "宿")
    assert (nameless.person_id, nameless.team_id, nameless.service_id) == (
        "hoshino",
        "first-team",
        "first-service",
    )
    assert starter.Beginning("星野", None, "星", "宿").person_id == "me"


@pytest.mark.parametrize(
    "name",
    [
        "yes",
        "null",
        "0123",
        "123",
        "1e5",
        "x" * 120,
        "Ada: # not a comment",
        '"',
        "'",
        "- x",
        "星野 🔭",
        "{a}",
    ],
)
def test_names_come_back_as_they_were(tmp_path: Path, name: str) -> None:
    catalog = load(
        folder(write(tmp_path, starter.files(starter.Beginning(name, "%a+b@example.com", name, name))))
    )
    assert catalog.findings == ()
    for by_id in (catalog.people, catalog.teams, catalog.services):
        assert [entity.name for entity in by_id.values()] == [name]
    assert next(iter(catalog.people.values())).email == "%a+b@example.com"
    assert catalog.settings.name == f"{name} portal"[:120]


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_name_is_written_or_refused(name: str, team: str) -> None:
    try:
        written = starter.files(starter.Beginning(name, None, team, "Shop"))
    except UsageError:
        return
    person, written_team = (
        text for path, text in written.items() if path.startswith(("catalog/p", "catalog/t"))
    )
    assert model("person").from_data("me", parse(person.encode())).name == name
    assert model("team").from_data("us", parse(written_team.encode())).name == team


@pytest.mark.parametrize(
    ("name", "email", "words"),
    [
        ("", None, "--name"),
        ("Ada\nExample", None, "--name"),
        ("Ada\u202eelpmaxE", None, "--name"),
        ("x" * 121, None, "--name"),
        ("Ada", "ada@laptop", "--email: 'ada@laptop' is not written as it has to be"),
    ],
)
def test_what_cannot_be_written(name: str, email: str | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        starter.files(starter.Beginning(name, email, "Team", "Shop"))


def test_what_git_knows_is_used_only_where_it_fits() -> None:
    assert starter.usable_email("ada@example.com") == "ada@example.com"
    assert starter.usable_email("ada@laptop") is None
    assert starter.usable_email(None) is None
