"""The book of a journal, kept between runs: only entries that are new since the last run are read and folded.

A table in the user's cache, by the branch's commit: it may vanish at any time without harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lightship import git
from lightship.catalog.cache import fingerprint
from lightship.errors import GitError
from lightship.incidents.book import Book, by_subject
from lightship.incidents.incident import Incident, fold
from lightship.incidents.shown import as_json
from lightship.journal.entry import Entry, parse
from lightship.journal.store import Journal

_TABLES = """
CREATE TABLE IF NOT EXISTS state (tip TEXT);
CREATE TABLE IF NOT EXISTS incident (
  id TEXT PRIMARY KEY, state TEXT, head TEXT, shown TEXT, entries TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (id TEXT PRIMARY KEY, kind TEXT, entry TEXT) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (id UNINDEXED, text, tokenize = 'porter unicode61');
"""


@cache
def _heads() -> TypeAdapter[Incident]:
    return TypeAdapter(Incident)


class Ledger:
    """The journal's book; `folder` is where caches lie."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        self.journal = journal
        self._folder = folder

    def anew(self) -> Ledger:
        """The same for another process: a connection to the table is good only where it was opened."""
        return Ledger(self.journal, self._folder)

    @cached_property
    def tip(self) -> str:
        """The journal's last commit."""
        return self.journal.tip()

    @cached_property
    def _table(self) -> sqlite3.Connection:
        """The table, brought up to the journal's tip."""
        place = hashlib.sha256(f"{self.journal.root}\0{self.journal.branch}".encode()).hexdigest()[:16]
        path = self._folder / f"journal-{place}-{fingerprint()}.sqlite"
        try:
            table = _opened(path)
            self._catch_up(table)
        except sqlite3.Error:
            # Damaged, or in another's hands for too long: read the journal itself this time.
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            table = _opened(None)
            self._catch_up(table)
        return table

    def _catch_up(self, table: sqlite3.Connection) -> None:
        row = table.execute("SELECT tip FROM state").fetchone()
        held = row[0] if row else ""
        if held == self.tip:
            return
        if held and not (self.tip and self._goes_on(held)):
            table.executescript(
                "DELETE FROM incident; DELETE FROM record; DELETE FROM words; DELETE FROM state;"
            )
            held = ""
        with table:
            _take(table, self.journal.entries(held))
            table.execute("DELETE FROM state")
            table.execute("INSERT INTO state VALUES (?)", (self.tip,))

    def _goes_on(self, held: str) -> bool:
        try:
            return git.is_ancestor(self.journal.root, held, self.tip)
        except GitError:
            return False

    def book(self) -> Book:
        """Everything, without the texts of timelines and without kept briefs: `incident` has those."""
        rows = self._table.execute("SELECT head FROM incident ORDER BY id").fetchall()
        incidents = _heads_of(head for (head,) in rows)
        records: dict[str, list[Entry]] = {}
        for kind, text in self._table.execute("SELECT kind, entry FROM record ORDER BY kind, id"):
            records.setdefault(kind, []).append(parse(text.encode()))
        return Book(self.tip, incidents, {kind: tuple(those) for kind, those in records.items()})

    def ids(self) -> tuple[str, ...]:
        """Ids of all incidents, the latest first."""
        return tuple(id for (id,) in self._table.execute("SELECT id FROM incident ORDER BY id DESC"))

    def incident(self, id: str) -> Incident | None:
        """The whole of an incident."""
        row = self._table.execute("SELECT entries FROM incident WHERE id = ?", (id,)).fetchone()
        return fold(_entries(row[0])) if row else None

    def shown(self) -> Iterator[str]:
        """Every incident as JSON, as `incident show --format json` prints it; open ones first, then the latest."""
        order = "ORDER BY state IN ('resolved', 'closed'), id DESC"
        return (text for (text,) in self._table.execute(f"SELECT shown FROM incident {order}"))

    def alike(self, words: Iterable[str], most: int) -> tuple[tuple[str, float], ...]:
        """Ids of incidents that share `words`, the most alike first, with their BM25 (higher is more alike)."""
        query = " OR ".join(f'"{word}"' for word in words if word.isalnum())
        if not query:
            return ()
        sql = "SELECT id, -bm25(words) FROM words WHERE words MATCH ? ORDER BY bm25(words), id LIMIT ?"
        return tuple(self._table.execute(sql, (query, most)).fetchall())


def _opened(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    table = sqlite3.connect(":memory:" if path is None else path, timeout=5)
    table.execute("PRAGMA synchronous=OFF")
    table.executescript(_TABLES)
    return table


def _take(table: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    told, records = by_subject(entries)
    for id, new in told.items():
        row = table.execute("SELECT entries FROM incident WHERE id = ?", (id,)).fetchone()
        texts = {**({entry.id: entry for entry in _entries(row[0])} if row else {}), **{e.id: e for e in new}}
        incident = fold(texts.values())
        if incident is None:
            continue
        kept = json.dumps(
            [entry.to_bytes().decode() for _, entry in sorted(texts.items())], ensure_ascii=False
        )
        values = (
            id,
            incident.state,
            _head(incident),
            json.dumps(as_json(incident), ensure_ascii=False),
            kept,
        )
        table.execute("INSERT OR REPLACE INTO incident VALUES (?, ?, ?, ?, ?)", values)
        table.execute("DELETE FROM words WHERE id = ?", (id,)) if row else None
        table.execute("INSERT INTO words VALUES (?, ?)", (id, text_of(incident)))
    for kind, those in records.items():
        rows = [(entry.id, kind, entry.to_bytes().decode()) for entry in those]
        table.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", rows)


def text_of(incident: Incident) -> str:
    """What an incident is found by: its title, symptom, services, labels, what was said and what fixed it."""
    said = (moved.text for moved in incident.timeline)
    return "\n".join(
        (incident.title, incident.symptom, *incident.services, *incident.labels, incident.fix, *said)
    )


def _head(incident: Incident) -> str:
    # Without a text, an update is known by what it changed.
    bare = tuple(replace(moved, text="", changes=moved.changes or ("told",)) for moved in incident.updates)
    return _heads().dump_json(replace(incident, timeline=bare, brief=None), exclude_defaults=True).decode()


def _heads_of(texts: Iterable[str]) -> dict[str, Incident]:
    return {each.id: each for each in map(_heads().validate_json, texts)}


def _entries(text: str) -> list[Entry]:
    rows: list[Any] = json.loads(text)
    return [parse(row.encode()) for row in rows]
