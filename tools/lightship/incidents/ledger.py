"""The book of a journal, kept between runs: only entries that are new since the last run are read and folded.

A table in the user's cache, by the branch's commit: it may vanish at any time without harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lightship import git
from lightship.catalog.cache import fingerprint
from lightship.errors import GitError
from lightship.incidents import table
from lightship.incidents.book import Book
from lightship.incidents.fold import fold
from lightship.incidents.incident import Incident
from lightship.journal.entry import Entry, parse
from lightship.journal.store import Journal


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
    def _path(self) -> Path:
        place = hashlib.sha256(f"{self.journal.root}\0{self.journal.branch}".encode()).hexdigest()[:16]
        path = self._folder / f"journal-{place}-{fingerprint()}.sqlite"
        if not path.exists():
            for old in self._folder.glob(f"journal-{place}-*"):  # of another version of Lightship
                with contextlib.suppress(OSError):
                    old.unlink()
        return path

    @cached_property
    def _table(self) -> sqlite3.Connection:
        """The table, brought up to the tip; in memory where no file can be had, or another process has it."""
        try:
            return self._caught_up(table.opened(self._path))
        except (sqlite3.OperationalError, OSError):
            return self._caught_up(table.opened(None))
        except sqlite3.Error:  # damaged
            self._path.unlink(missing_ok=True)
            return self._caught_up(table.opened(None))

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """The rows that `sql` finds; where damage shows only now, those of a table made anew."""
        try:
            return self._table.execute(sql, values).fetchall()
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)
            self._table = self._caught_up(table.opened(None))
            return self._table.execute(sql, values).fetchall()

    def _caught_up(self, kept: sqlite3.Connection) -> sqlite3.Connection:
        row = kept.execute("SELECT tip FROM state").fetchone()
        held = row[0] if row else ""
        if held == self.tip:
            return kept
        goes_on = bool(held and self.tip and self._goes_on(held))
        with kept:
            if not goes_on:
                table.begin(kept)
            table.take(kept, self.journal.entries(held if goes_on else ""))
            kept.execute("DELETE FROM state")
            kept.execute("INSERT INTO state VALUES (?)", (self.tip,))
        return kept

    def _goes_on(self, held: str) -> bool:
        try:
            return git.is_ancestor(self.journal.root, held, self.tip)
        except GitError:
            return False

    def book(self) -> Book:
        """Everything, without the texts of timelines and without kept briefs: `incident` has those."""
        rows = self._rows("SELECT head FROM whole WHERE head != '' ORDER BY id")
        return Book(self.tip, table.heads_of(head for (head,) in rows), self.records())

    def records(self) -> Mapping[str, tuple[Entry, ...]]:
        """The book's records alone: quick, however many incidents there are."""
        records: dict[str, list[Entry]] = {}
        for kind, text in self._rows("SELECT kind, entry FROM record ORDER BY kind, id"):
            records.setdefault(kind, []).append(parse(text.encode()))
        return {kind: tuple(those) for kind, those in records.items()}

    def ids(self) -> tuple[str, ...]:
        """Ids of all incidents, the latest first."""
        return tuple(id for (id,) in self._rows("SELECT id FROM incident ORDER BY id DESC"))

    def entries(self, id: str) -> tuple[Entry, ...]:
        """The entries of an incident, in the order of their ids; none where there is no such incident."""
        rows = self._rows("SELECT entries FROM whole WHERE id = ?", (id,))
        return tuple(table.entries_of(rows[0][0])) if rows else ()

    def incident(self, id: str) -> Incident | None:
        """The whole of an incident."""
        return fold(self.entries(id))

    def versions(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """By incident a digest of its entries, and every word in them that may be an id: all that its page can rest on."""
        rows = self._rows("SELECT id, digest, names FROM version ORDER BY id")
        return {id: (digest, tuple(names.split())) for id, digest, names in rows}

    def related(self, id: str) -> dict[str, list[str]]:
        """Incidents that are closed as 'duplicates' of this one, or as 'parts' of it, by id."""
        named = {"duplicates": "duplicate_of", "parts": "merged_into"}
        return {
            name: [other for (other,) in self._rows(f"SELECT id FROM incident WHERE {column} = ?", (id,))]
            for name, column in named.items()
        }

    def count(self, wanted: Wanted = ANY) -> int:
        """How many incidents are `wanted`."""
        where, values = _where(wanted)
        count: int = self._rows(f"SELECT count(*) FROM incident {where}", values)[0][0]
        return count

    def outlines(self, wanted: Wanted = ANY, most: int = -1) -> tuple[Incident, ...]:
        """At most so many incidents without timelines and kept briefs; open ones first, by severity, then the latest.

        Quick: a page of them costs no more however many there are.
        """
        where, values = _where(wanted)
        sql = f"SELECT outline FROM incident {where} {_ORDER} LIMIT ?"
        rows = self._rows(sql, (*values, most))
        return tuple(table.heads_of(text for (text,) in rows).values())

    def shown(self, wanted: Wanted = ANY) -> Iterator[str]:
        """Incidents as JSON, as `incident show --format json` prints each; in the order of `outlines`."""
        where, values = _where(wanted)
        sql = f"SELECT shown FROM incident JOIN whole USING (id) {where} {_ORDER}"
        return (text for (text,) in self._rows(sql, values))

    def alike(self, words: Iterable[str], most: int) -> tuple[tuple[str, float], ...]:
        """Ids of incidents that share `words`, the most alike first, with their BM25 (higher is more alike)."""
        query = " OR ".join(f'"{word}"' for word in words if word.isalnum())
        if not query:
            return ()
        sql = "SELECT id, -bm25(words) FROM words WHERE words MATCH ? ORDER BY bm25(words), id LIMIT ?"
        return tuple(self._rows(sql, (query, most)))


_ORDER = "ORDER BY open DESC, CASE WHEN open THEN severity END, declared DESC, id DESC"


def _where(wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    """The condition for `wanted`, and the values of its marks."""
    parts, values = [], []
    for column, names in (("state", wanted.states), ("severity", wanted.severities), ("id", wanted.ids)):
        if names is not None:
            parts.append(f"{column} IN ({table.marks(names)})")
            values += sorted(names)
    if wanted.services is not None:
        parts.append(f"id IN (SELECT id FROM hit WHERE service IN ({table.marks(wanted.services)}))")
        values += sorted(wanted.services)
    return f"WHERE {' AND '.join(parts)}" if parts else "", tuple(values)
