"""The table that a ledger keeps: incidents as folded, what they are found by, and the entries they came from."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

from lightship.incidents.book import by_subject
from lightship.incidents.fold import fold
from lightship.incidents.incident import Incident
from lightship.incidents.shown import as_json
from lightship.journal.entry import Entry, parse, stamp

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


@cache
def _heads() -> TypeAdapter[Incident]:
    return TypeAdapter(Incident)


def opened(path: Path | None) -> sqlite3.Connection:
    """The table in the file `path`; in memory where None. Raises sqlite3.Error, OSError."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    table = sqlite3.connect(":memory:" if path is None else path, timeout=2)
    table.execute("PRAGMA synchronous=OFF")
    table.executescript(_TABLES)
    return table


def begin(table: sqlite3.Connection) -> None:
    """Forget everything."""
    for name in _NAMES:
        table.execute(f"DELETE FROM {name}")


def take(table: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Add `entries`, and fold the incidents that they are about anew."""
    told, records = by_subject(entries)
    for id, new in told.items():
        row = table.execute("SELECT entries FROM whole WHERE id = ?", (id,)).fetchone()
        texts = {
            **({entry.id: entry for entry in entries_of(row[0])} if row else {}),
            **{e.id: e for e in new},
        }
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
    table.execute(f"INSERT OR REPLACE INTO incident VALUES ({marks(row)})", row)
    texts = (_head(incident), to_json(as_json(incident)).decode(), entries)
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


def heads_of(texts: Iterable[str]) -> dict[str, Incident]:
    """Incidents by id, from texts of the columns `head` or `outline`."""
    return {each.id: each for each in map(_heads().validate_json, texts)}


def entries_of(text: str) -> list[Entry]:
    """Entries from a text of the column `entries`."""
    rows: list[Any] = json.loads(text)
    return [parse(row.encode()) for row in rows]


def marks(names: Collection[object]) -> str:
    """A mark for each of `names`, as SQL has them."""
    return ",".join("?" * len(names))
