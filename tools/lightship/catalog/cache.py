"""What was computed before, by content: a table of texts that may vanish at any time without harm."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

_LIMIT = 512 * 1024 * 1024  # bytes; a larger table is begun anew
_CHUNK = 500
_FILLERS = ("catalog", "expressions", "facts", "incidents", "journal", "oncall", "scorecards")


@cache
def fingerprint() -> str:
    """A digest of the code that fills the cache: another version of Lightship never reads this one's rows."""
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    for folder in _FILLERS:
        for path in sorted((package / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class Cache:
    """Texts by space and key, in one file under `folder`; a file that cannot be used counts as empty."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{fingerprint()}.sqlite"
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection | None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size > _LIMIT:
                self._path.unlink()
            connection = sqlite3.connect(self._path, timeout=2)
            # Nothing here is worth a journal on disk: what a crash leaves unreadable counts as empty.
            connection.execute("PRAGMA journal_mode=MEMORY")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS text (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID"
            )
        except (OSError, sqlite3.OperationalError):
            return None
        except sqlite3.Error:
            self._path.unlink(missing_ok=True)
            return None
        return connection

    def get(self, space: str, keys: Iterable[str]) -> dict[str, str]:
        """The texts that are known for `keys`."""
        if self._connection is None:
            return {}
        wanted = sorted(keys)  # neighbours in the table are read together
        found: dict[str, str] = {}
        cut = len(space) + 1
        with self._forgiving():
            for start in range(0, len(wanted), _CHUNK):
                chunk = [f"{space}:{key}" for key in wanted[start : start + _CHUNK]]
                marks = ",".join("?" * len(chunk))
                rows = self._connection.execute(f"SELECT key, value FROM text WHERE key IN ({marks})", chunk)
                found.update((key[cut:], value) for key, value in rows)
        return found

    def put(self, space: str, texts: Mapping[str, str]) -> None:
        """Keep `texts`, by key."""
        if self._connection is None or not texts:
            return
        rows = [(f"{space}:{key}", value) for key, value in sorted(texts.items())]
        with self._forgiving(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO text VALUES (?, ?)", rows)

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        """Let a busy table pass, and begin a damaged one anew the next time."""
        try:
            yield
        except sqlite3.OperationalError:
            return
        except sqlite3.Error:
            self._connection = None
            self._path.unlink(missing_ok=True)
