"""`lightship statuspage`, as it is run: from a real journal to files, of which every byte is looked at."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.incidents.stories import ADA, T
from tests.statuspage.test_public import SHOP
from tests.trees import commit, lightship

from lightship.incidents import events, lifecycle
from lightship.journal.store import Journal

NOW = (T + timedelta(hours=1)).isoformat()


def _shop(root: Path) -> Path:
    commit(root, SHOP)
    story = (
        (
            0,
            events.Declared(title="Internal title", severity="SEV2", services=("checkout",), commander="ada"),
        ),
        (5, events.Updated(text="Paying fails.", public=True)),
        (6, events.Updated(text="The pool is exhausted.")),
    )
    Journal(root, "journal").append(
        [
            lifecycle.entry("inc-20260302-abcd", event, ADA, T + timedelta(minutes=minutes))
            for minutes, event in story
        ]
    )
    return root


def test_it_is_made_from_the_journal(tmp_path: Path) -> None:
    root = _shop(tmp_path)
    done = lightship(root, "statuspage", "--now", NOW)
    assert (done.code, done.out.strip()) == (0, f"{root}/build/status/index.html")
    out = root / "build/status"
    assert sorted(path.name for path in out.iterdir()) == [
        "feed.atom",
        "history.html",
        "index.html",
        "status.json",
        "style.css",
    ]
    told = json.loads((out / "status.json").read_text("utf-8"))
    assert told["open"][0]["updates"][0]["text"] == "Paying fails."
    everything = b"".join(path.read_bytes() for path in out.iterdir())
    for secret in (b"Internal title", b"pool is exhausted", b"SEV2", b"ada", b"Ada", b"inc-2026"):
        assert secret not in everything


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    root = _shop(tmp_path)
    assert lightship(root, "statuspage", "--now", NOW).code == 0
    before = {path: path.stat().st_mtime_ns for path in (root / "build/status").iterdir()}
    assert lightship(root, "statuspage", "--now", NOW).code == 0
    assert {path: path.stat().st_mtime_ns for path in (root / "build/status").iterdir()} == before


def test_without_records_all_is_well_and_unknown(tmp_path: Path) -> None:
    commit(tmp_path, SHOP)
    done = lightship(tmp_path, "statuspage", "--now", NOW)
    assert done.code == 0
    assert "All systems operational" in (tmp_path / "build/status/index.html").read_text("utf-8")


def test_it_is_not_written_among_its_sources(tmp_path: Path) -> None:
    commit(tmp_path, SHOP)
    assert lightship(tmp_path, "statuspage", "--out", "catalog/x").code == 2


def test_what_is_declared_and_told_at_the_keyboard_is_published(tmp_path: Path) -> None:
    """Planned work is announced days ahead, and told in other words than among ourselves."""
    commit(tmp_path, SHOP)
    begins = (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="seconds")
    words = ("--service", "cart", "--severity", "SEV4", "--title", "Migrate the store", "--format", "json")
    done = lightship(
        tmp_path,
        "incident",
        "declare",
        *words,
        "--type",
        "maintenance",
        "--impact-started",
        begins,
        "--offline",
    )
    assert done.code == 0, done.err
    id = json.loads(done.out)["id"]
    told = lightship(tmp_path, "incident", "update", id, "Carts cannot be changed.", "--public", "--offline")
    assert told.code == 0, told.err
    assert lightship(tmp_path, "statuspage").code == 0
    made = json.loads((tmp_path / "build/status/status.json").read_text("utf-8"))
    (planned,) = made["scheduled"]
    assert (planned["title"], planned["state"]) == ("Maintenance of Cart", "scheduled")
    assert (made["state"], made["open"]) == ("operational", [])
    everything = b"".join(path.read_bytes() for path in (tmp_path / "build/status").iterdir())
    assert b"Carts cannot be changed." in everything
    assert b"Migrate the store" not in everything and id.encode() not in everything
