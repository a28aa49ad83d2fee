"""The book of a journal, kept between runs: only entries that are new since the last run are read and folded.

A table in the user's cache, by the branch's commit: it may vanish at any time without harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lightship import git
from lightship.catalog.cache import fingerprint
from lightship.errors import GitError
from lightship.incidents.book import Book, by_subject
from lightship.incidents.fold import fold
from lightship.incidents.incident import Incident
from lightship.incidents.shown import as_json
from lightship.journal.entry import Entry, parse, stamp
from lightship.journal.store import Journal

# What is asked for often lies apart from what is long.
_TABLES = """
CREATE TABLE IF NOT EXISTS state (tip TEXT);
CREATE TABLE IF NOT EXISTS incident (
  id TEXT PRIMARY KEY, open INT, state TEXT, severity TEXT, declared TEXT, duplicate_of TEXT,
  merged_into TEXT, outline TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS whole (number INTEGER PRIMARY KEY, id TEXT UNIQUE, head TEXT, shown TEXT, entries TEXT);
CREATE TABLE IF NOT EXISTS hit (service TEXT, id TEXT, PRIMARY KEY (service, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS hit_by ON hit (id);
CREATE TABLE IF NOT EXISTS version (id TEXT PRIMARY KEY, digest TEXT, names TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (id TEXT PRIMARY KEY, kind TEXT, entry TEXT) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (id UNINDEXED, text, tokenize = 'porter unicode61');
"""
_NAMES = ("state", "incident", "whole", "hit", "version", "record", "words")
_NAME = re.compile(r'\\"([a-z0-9][a-z0-9-]{0,63})\\"')  # what may be an id, in entries as they are kept


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which incidents: those that hit one of `services`, in one of `states`, of one of `severities`; any where None.

    `ids`: only these.
    """

    services: Collection[str] | None = None
    states: Collection[str] | None = None
    severities: Collection[str] | None = None
    ids: Collection[str] | None = None


ANY = Wanted()


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
            table.executescript("".join(f"DELETE FROM {name};" for name in _NAMES))
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
        rows = self._table.execute("SELECT head FROM whole WHERE head != '' ORDER BY id").fetchall()
        incidents = _heads_of(head for (head,) in rows)
        records: dict[str, list[Entry]] = {}
        for kind, text in self._table.execute("SELECT kind, entry FROM record ORDER BY kind, id"):
            records.setdefault(kind, []).append(parse(text.encode()))
        return Book(self.tip, incidents, {kind: tuple(those) for kind, those in records.items()})

    def ids(self) -> tuple[str, ...]:
        """Ids of all incidents, the latest first."""
        return tuple(id for (id,) in self._table.execute("SELECT id FROM incident ORDER BY id DESC"))

    def entries(self, id: str) -> tuple[Entry, ...]:
        """The entries of an incident, in the order of their ids; none where there is no such incident."""
        row = self._table.execute("SELECT entries FROM whole WHERE id = ?", (id,)).fetchone()
        return tuple(_entries(row[0])) if row else ()

    def incident(self, id: str) -> Incident | None:
        """The whole of an incident."""
        return fold(self.entries(id))

    def versions(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """By incident a digest of its entries, and every word in them that may be an id: all that its page can rest on."""
        rows = self._table.execute("SELECT id, digest, names FROM version ORDER BY id")
        return {id: (digest, tuple(names.split())) for id, digest, names in rows}

    def related(self, id: str) -> dict[str, list[str]]:
        """Incidents that are closed as 'duplicates' of this one, or as 'parts' of it, by id."""
        named = {"duplicates": "duplicate_of", "parts": "merged_into"}
        return {
            name: [
                other
                for (other,) in self._table.execute(f"SELECT id FROM incident WHERE {column} = ?", (id,))
            ]
            for name, column in named.items()
        }

    def count(self, wanted: Wanted = ANY) -> int:
        """How many incidents are `wanted`."""
        where, values = _where(wanted)
        count: int = self._table.execute(f"SELECT count(*) FROM incident {where}", values).fetchone()[0]
        return count

    def outlines(self, wanted: Wanted = ANY, most: int = -1) -> tuple[Incident, ...]:
        """At most so many incidents without timelines and kept briefs; open ones first, by severity, then the latest.

        Quick: a page of them costs no more however many there are.
        """
        where, values = _where(wanted)
        sql = f"SELECT outline FROM incident {where} {_ORDER} LIMIT ?"
        rows = self._table.execute(sql, (*values, most)).fetchall()
        return tuple(_heads_of(text for (text,) in rows).values())

    def shown(self, wanted: Wanted = ANY) -> Iterator[str]:
        """Incidents as JSON, as `incident show --format json` prints each; in the order of `outlines`."""
        where, values = _where(wanted)
        sql = f"SELECT shown FROM incident JOIN whole USING (id) {where} {_ORDER}"
        return (text for (text,) in self._table.execute(sql, values))

    def alike(self, words: Iterable[str], most: int) -> tuple[tuple[str, float], ...]:
        """Ids of incidents that share `words`, the most alike first, with their BM25 (higher is more alike)."""
        query = " OR ".join(f'"{word}"' for word in words if word.isalnum())
        if not query:
            return ()
        sql = "SELECT id, -bm25(words) FROM words WHERE words MATCH ? ORDER BY bm25(words), id LIMIT ?"
        return tuple(self._table.execute(sql, (query, most)).fetchall())


_ORDER = "ORDER BY open DESC, CASE WHEN open THEN severity END, declared DESC, id DESC"


def _where(wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    """The condition for `wanted`, and the values of its marks."""
    parts, values = [], []
    for column, names in (("state", wanted.states), ("severity", wanted.severities), ("id", wanted.ids)):
        if names is not None:
            parts.append(f"{column} IN ({_marks(names)})")
            values += sorted(names)
    if wanted.services is not None:
        parts.append(f"id IN (SELECT id FROM hit WHERE service IN ({_marks(wanted.services)}))")
        values += sorted(wanted.services)
    return f"WHERE {' AND '.join(parts)}" if parts else "", tuple(values)


def _marks(names: Collection[object]) -> str:
    return ",".join("?" * len(names))


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
        row = table.execute("SELECT entries FROM whole WHERE id = ?", (id,)).fetchone()
        texts = {**({entry.id: entry for entry in _entries(row[0])} if row else {}), **{e.id: e for e in new}}
        kept = json.dumps([entry.to_bytes().decode() for _, entry in sorted(texts.items())])
        incident = fold(texts.values())
        if incident is not None:
            _keep(table, incident, kept)
        else:
            # Its declaration is still to come, from another clone.
            _keep_whole(table, id, "", "", kept)
    for kind, those in records.items():
        rows = [(entry.id, kind, entry.to_bytes().decode()) for entry in those]
        table.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", rows)


def _keep(table: sqlite3.Connection, incident: Incident, entries: str) -> None:
    id, declared = incident.id, stamp(incident.declared_at)
    outline = _dumped(replace(incident, timeline=(), brief=None))
    other = (incident.duplicate_of, incident.merged_into)
    row = (id, incident.is_open, incident.state, incident.severity, declared, *other, outline)
    table.execute(f"INSERT OR REPLACE INTO incident VALUES ({_marks(row)})", row)
    texts = (_head(incident), json.dumps(as_json(incident), ensure_ascii=False), entries)
    row_id = _keep_whole(table, id, *texts)
    table.execute(
        "INSERT OR REPLACE INTO words (rowid, id, text) VALUES (?, ?, ?)", (row_id, id, text_of(incident))
    )
    digest = hashlib.blake2b(entries.encode(), digest_size=12).hexdigest()
    version = (id, digest, " ".join(sorted(set(_NAME.findall(entries)))))
    table.execute("INSERT OR REPLACE INTO version VALUES (?, ?, ?)", version)
    table.execute("DELETE FROM hit WHERE id = ?", (id,))
    table.executemany("INSERT OR REPLACE INTO hit VALUES (?, ?)", [(each, id) for each in incident.services])


def _keep_whole(table: sqlite3.Connection, id: str, head: str, shown: str, entries: str) -> int:
    """The row's number, which stays: the words of an incident are found by it."""
    sql = (
        "INSERT INTO whole (id, head, shown, entries) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "head = excluded.head, shown = excluded.shown, entries = excluded.entries RETURNING rowid"
    )
    row: int = table.execute(sql, (id, head, shown, entries)).fetchone()[0]
    return row


def text_of(incident: Incident) -> str:
    """What an incident is found by: its title, symptom, services, labels, what was said and what fixed it."""
    said = (moved.text for moved in incident.timeline)
    return "\n".join(
        (incident.title, incident.symptom, *incident.services, *incident.labels, incident.fix, *said)
    )


def _head(incident: Incident) -> str:
    # Without a text, an update is known by what it changed.
    bare = tuple(replace(moved, text="", changes=moved.changes or ("told",)) for moved in incident.updates)
    return _dumped(replace(incident, timeline=bare, brief=None))


def _dumped(incident: Incident) -> str:
    return _heads().dump_json(incident, exclude_defaults=True).decode()


def _heads_of(texts: Iterable[str]) -> dict[str, Incident]:
    return {each.id: each for each in map(_heads().validate_json, texts)}


def _entries(text: str) -> list[Entry]:
    rows: list[Any] = json.loads(text)
    return [parse(row.encode()) for row in rows]
