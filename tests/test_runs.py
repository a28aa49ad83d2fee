"""Outcomes of runs: kept for the same files and options, and only while they hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.trees import TEAM, write

from lightship import runs
from lightship.catalog.cache import Cache
from lightship.catalog.source import folder

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
OUTCOME = runs.Outcome("text\n", "aside\n", 1)


def test_an_outcome_holds_from_its_moment_until_its_end(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    runs.keep(cache, "key", OUTCOME, NOW, NOW + timedelta(hours=2))
    assert runs.recall(cache, "key", NOW) == OUTCOME
    assert runs.recall(Cache(tmp_path), "key", NOW + timedelta(minutes=119)) == OUTCOME
    assert runs.recall(cache, "key", NOW + timedelta(hours=2)) is None
    assert runs.recall(cache, "key", NOW - timedelta(seconds=1)) is None
    assert runs.recall(cache, "other", NOW) is None


def test_a_key_changes_with_every_file_refusal_and_option(tmp_path: Path) -> None:
    root = write(tmp_path, TEAM)
    first = runs.key(folder(root), "score", "all")
    assert runs.key(folder(root), "score", "all") == first
    keys = {first, runs.key(folder(root), "score", "one")}
    write(root, {"catalog/people/ada.yaml": "name: Ada Sample\n"})
    keys.add(runs.key(folder(root), "score", "all"))
    (root / "catalog/people/eve.yaml").symlink_to("ada.yaml")
    keys.add(runs.key(folder(root), "score", "all"))
    write(root, {"catalog/people/bob.yaml": "name: Ada Sample\n"})
    keys.add(runs.key(folder(root), "score", "all"))
    assert len(keys) == 5


def test_without_a_usable_cache_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    cache = Cache(tmp_path / "cache")
    runs.keep(cache, "key", OUTCOME, NOW, NOW + timedelta(hours=2))
    assert runs.recall(cache, "key", NOW) is None
