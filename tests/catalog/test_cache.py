"""The cache may be absent, busy, damaged or from another version: it never changes what is found."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.trees import TEAM, write

from lightship.catalog.cache import Cache
from lightship.catalog.load import load
from lightship.catalog.source import folder


def file_of(cache: Path) -> Path:
    (found,) = cache.glob("*.sqlite")
    return found


def filled(tmp_path: Path) -> Path:
    root = write(tmp_path / "repository", TEAM)
    assert set(load(folder(root), Cache(tmp_path / "cache")).teams) == {"payments"}
    return root


@pytest.mark.parametrize("text", ["", "{", "[]x", "[1]", '{"members": 7}', "null", "\x00"])
def test_a_damaged_text_is_read_anew(tmp_path: Path, text: str) -> None:
    root = filled(tmp_path)
    connection = sqlite3.connect(file_of(tmp_path / "cache"))
    with connection:
        connection.execute("UPDATE text SET value = ?", (text,))
    connection.close()
    catalog = load(folder(root), Cache(tmp_path / "cache"))
    assert set(catalog.teams) == {"payments"} and catalog.findings == ()


def test_a_damaged_table_is_begun_anew(tmp_path: Path) -> None:
    root = filled(tmp_path)
    file_of(tmp_path / "cache").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    for _ in range(2):
        assert set(load(folder(root), Cache(tmp_path / "cache")).teams) == {"payments"}
    cache = Cache(tmp_path / "cache")
    cache.put("space", {"key": "text"})
    assert cache.get("space", ("key",)) == {"key": "text"}


def test_many_keys_are_found_whatever_their_order(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    texts = {f"{n * 7919 % 5000}": f"text {n}" for n in range(5000)}
    cache.put("space", texts)
    assert cache.get("space", reversed(list(texts))) == texts
    assert cache.get("other", texts) == {}
