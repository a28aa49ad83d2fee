"""The ledger: what it keeps is what folding all entries anew gives, however the branch moved and whatever befell its file."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.incidents.stories import ADA, T, declared, entries
from tests.trees import commit, git

from lightship.incidents import events, lifecycle
from lightship.incidents.book import book
from lightship.incidents.fold import fold
from lightship.incidents.ledger import Ledger, Wanted
from lightship.incidents.shown import as_json
from lightship.journal.entry import Entry, new_id
from lightship.journal.store import Journal

ONE, TWO, THREE = (f"inc-2026030{day}-aaaa" for day in (1, 2, 3))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    commit(tmp_path / "portal", {"README.md": "x\n"})
    return Journal(tmp_path / "portal", "journal")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "caches"


def story(id: str, *more: tuple[float, events.Event], severity: str = "SEV2", **given: Any) -> list[Entry]:
    return entries(declared(severity=severity, **given), *more, id=id)


def agree(journal: Journal, folder: Path) -> Ledger:
    """A ledger that says what the journal says."""
    ledger, whole = Ledger(journal, folder), book(journal.entries(), journal.tip())
    kept = ledger.book()
    assert (kept.tip, list(kept.incidents), kept.records) == (whole.tip, list(whole.incidents), whole.records)
    for id, incident in whole.incidents.items():
        assert ledger.incident(id) == incident == fold(ledger.entries(id))
        assert (kept.incidents[id].state, kept.incidents[id].milestones) == (
            incident.state,
            incident.milestones,
        )
        assert len(kept.incidents[id].updates) == len(incident.updates)
    assert {each.id for each in ledger.outlines()} == set(whole.incidents)
    shown = {each["id"]: each for each in map(json.loads, ledger.shown())}
    assert shown == {id: as_json(incident) for id, incident in whole.incidents.items()}
    return ledger


def test_it_follows_the_journal(journal: Journal, folder: Path) -> None:
    agree(journal, folder)
    journal.append(story(ONE, (5, events.Updated(text="still looking at the queue"))))
    agree(journal, folder)
    journal.append(story(TWO))
    journal.append(entries((9, events.Resolved(text="rolled back")), id=ONE))
    ledger = agree(journal, folder)
    assert ledger.ids() == (TWO, ONE)
    found = ledger.incident(ONE)
    assert found is not None and found.fix == "rolled back"


def test_it_begins_anew_where_history_was_rewritten(journal: Journal, folder: Path) -> None:
    journal.append(story(ONE))
    agree(journal, folder)
    git(journal.root, "branch", "--delete", "--force", "journal")
    agree(journal, folder)
    journal.append(story(TWO))
    assert agree(journal, folder).ids() == (TWO,)


def test_an_incident_whose_declaration_comes_last_loses_nothing(journal: Journal, folder: Path) -> None:
    early = entries((5, events.Acknowledged()), id=ONE)
    journal.append(early)
    assert agree(journal, folder).ids() == ()
    journal.append(story(ONE, severity="SEV1"))
    found = agree(journal, folder).incident(ONE)
    assert found is not None and "acknowledged" in found.milestones


def test_other_records_are_kept_by_kind(journal: Journal, folder: Path) -> None:
    record = Entry(new_id(T), "scores.day", "2026-03-02", T, ADA, {"production": {"checkout": "gold"}})
    journal.append([record, *story(ONE)])
    assert agree(journal, folder).book().records == {"scores.day": (record,)}


@pytest.mark.parametrize("damage", [b"", b"no table at all", None])
def test_a_damaged_file_is_no_harm(journal: Journal, folder: Path, damage: bytes | None) -> None:
    journal.append(story(ONE, (5, events.Updated(text="the queue"))))
    agree(journal, folder)
    (path,) = folder.glob("journal-*.sqlite")
    whole = path.read_bytes()
    # The head of the file stays good in the last case: the damage shows when rows are read.
    path.write_bytes(damage if damage is not None else whole[:4096] + b"\xff" * (len(whole) - 4096))
    agree(journal, folder)
    agree(journal, folder)


def test_a_folder_that_cannot_be_written_is_no_harm(journal: Journal, tmp_path: Path) -> None:
    journal.append(story(ONE))
    (tmp_path / "file").write_text("a file stands where the folder of caches should be")
    agree(journal, tmp_path / "file")


def test_a_file_in_another_process_hands_is_read_around(journal: Journal, folder: Path) -> None:
    journal.append(story(ONE))
    agree(journal, folder)
    (path,) = folder.glob("journal-*.sqlite")
    journal.append(story(TWO))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert Ledger(journal, folder).ids() == (TWO, ONE)
    other.execute("ROLLBACK")
    other.close()
    assert path.exists() and agree(journal, folder).ids() == (TWO, ONE)


def test_files_of_other_versions_go_away(journal: Journal, folder: Path) -> None:
    journal.append(story(ONE))
    agree(journal, folder)
    (path,) = folder.glob("journal-*.sqlite")
    old = path.rename(path.with_name(path.name.rsplit("-", 1)[0] + "-0123456789abcdef.sqlite"))
    agree(journal, folder)
    assert path.exists() and not old.exists()


@pytest.fixture
def many(journal: Journal, folder: Path) -> Ledger:
    journal.append(
        [
            *story(ONE, (5, events.Resolved()), severity="SEV1"),
            *story(TWO, severity="SEV3", services=("checkout", "cart")),
            *story(THREE, (5, events.Acknowledged()), severity="SEV2", services=("cart",)),
        ]
    )
    return Ledger(journal, folder)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), [THREE, TWO, ONE]),
        (Wanted(services=["checkout"]), [TWO, ONE]),
        (Wanted(services=[]), []),
        (Wanted(states=["resolved"]), [ONE]),
        (Wanted(severities=["SEV1", "SEV3"]), [TWO, ONE]),
        (Wanted(services=["cart"], states=["investigating"]), [THREE]),
    ],
)
def test_incidents_are_listed_as_wanted_open_and_worst_first(
    many: Ledger, wanted: Wanted, found: list[str]
) -> None:
    assert [each.id for each in many.outlines(wanted)] == found
    assert [json.loads(text)["id"] for text in many.shown(wanted)] == found
    assert many.count(wanted) == len(found)
    assert [each.id for each in many.outlines(wanted, most=1)] == found[:1]


def test_duplicates_and_parts_are_found_from_the_other_side(journal: Journal, folder: Path) -> None:
    journal.append(
        [
            *story(ONE),
            *story(TWO, (5, events.Closed(reason="x", duplicate_of=ONE))),
            *story(THREE, (5, events.Closed(reason="x", merged_into=ONE))),
        ]
    )
    ledger = Ledger(journal, folder)
    assert ledger.related(ONE) == {"duplicates": [TWO], "parts": [THREE]}
    assert ledger.related(TWO) == {"duplicates": [], "parts": []}


def test_words_find_incidents_once_each_however_often_they_change(journal: Journal, folder: Path) -> None:
    journal.append(story(ONE, (5, events.Updated(text="the currency rates are stale"))))
    journal.append(story(TWO))
    Ledger(journal, folder).ids()
    for minutes in (6, 7):
        more = lifecycle.entry(ONE, events.Updated(text="rates again"), ADA, T + timedelta(minutes=minutes))
        journal.append([more])
        assert [id for id, _ in Ledger(journal, folder).alike(["rates"], 5)] == [ONE]
    assert {id for id, _ in Ledger(journal, folder).alike(["checkout"], 5)} == {ONE, TWO}
    assert Ledger(journal, folder).alike(['"', "OR"], 5) == ()
