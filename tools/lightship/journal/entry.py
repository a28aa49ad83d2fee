"""An entry of the journal: who recorded what about which thing, when; its bytes are canonical JSON, and final. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ulid import ULID

_KEYS = {"v", "id", "kind", "subject", "recorded_at", "by", "data"}
_FORMAT = 1
_ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_KIND = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*")
_LONGEST = 300  # characters of a kind or a subject: they are the title of a commit


class NoEntry(ValueError):
    """The bytes are not an entry; says why."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who recorded an entry: a person's id where `verified`, else what they are called; `via` is how (cli, workflow, import)."""

    name: str
    person: str = ""
    verified: bool = False
    via: str = "cli"

    @property
    def label(self) -> str:
        """The id of a known person, else the name."""
        return self.person or self.name


@dataclass(frozen=True, slots=True)
class Entry:
    """`id` is a ULID, so ids sort by time; `subject` is the id of what it is about; `recorded_at` is UTC, to the millisecond."""

    id: str
    kind: str
    subject: str
    recorded_at: datetime
    by: Actor
    data: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Where it lies on the branch: YYYY/MM/DD/<id>.json."""
        return f"{self.recorded_at:%Y/%m/%d}/{self.id}.json"

    def to_bytes(self) -> bytes:
        """Canonical JSON: sorted keys, no spaces, one line break at the end."""
        by = {"name": self.by.name, "via": self.by.via, "verified": self.by.verified}
        if self.by.person:
            by["person"] = self.by.person
        return canonical(
            {
                "v": _FORMAT,
                "id": self.id,
                "kind": self.kind,
                "subject": self.subject,
                "recorded_at": stamp(self.recorded_at),
                "by": by,
                "data": self.data,
            }
        )


def new_id(at: datetime, randomness: bytes | None = None) -> str:
    """A ULID for the moment `at`; its 10 bytes of `randomness` are given only where a run must repeat itself."""
    if randomness is None:
        return str(ULID.from_datetime(at))
    millis = int(at.timestamp() * 1000)
    return str(ULID.from_bytes(millis.to_bytes(6, "big") + randomness))


def stamp(moment: datetime) -> str:
    """`moment` in UTC to the millisecond: 2026-03-01T09:00:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def canonical(value: object) -> bytes:
    """The one way to write `value` as JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    return f"{text}\n".encode()


def final(entry: Entry) -> bytes:
    """The bytes of `entry` as the journal will always hold them. Raises NoEntry where they could not be read back."""
    try:
        data = entry.to_bytes()
    except (ValueError, TypeError, RecursionError) as error:
        raise NoEntry(f"it cannot be written as JSON: {error}") from error
    if parse(data).path != entry.path:
        raise NoEntry("'recorded_at' is not in UTC")
    return data


def parse(data: bytes) -> Entry:
    """The entry that `data` is. Raises NoEntry."""
    try:
        held = json.loads(data)
        if not isinstance(held, dict) or held.keys() != _KEYS:
            raise NoEntry(f"it needs exactly the keys {', '.join(sorted(_KEYS))}")
        if held["v"] != _FORMAT:
            raise NoEntry(f"its format is {held['v']!r}, and this version of Lightship reads {_FORMAT}")
        by = held["by"]
        actor = Actor(str(by["name"]), str(by.get("person", "")), by["verified"] is True, str(by["via"]))
        moment = datetime.fromisoformat(held["recorded_at"])
        if moment.tzinfo is None or not isinstance(held["data"], dict):
            raise NoEntry("'recorded_at' has no zone, or 'data' is no object")
        return _named(
            Entry(str(held["id"]), str(held["kind"]), str(held["subject"]), moment, actor, held["data"])
        )
    except NoEntry:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NoEntry(f"it cannot be read: {type(error).__name__}: {error}") from error


def _named(entry: Entry) -> Entry:
    if not _ID.fullmatch(entry.id):
        raise NoEntry(f"its id is '{entry.id}', which is no ULID")
    if not _KIND.fullmatch(entry.kind):
        raise NoEntry(f"its kind is '{entry.kind}'; kinds are words of a-z, 0-9 and '-', joined by '.'")
    if not (entry.subject.isprintable() and entry.subject.strip() == entry.subject != ""):
        raise NoEntry("its subject is empty, or holds what cannot be printed in a line")
    if len(entry.kind) + len(entry.subject) > _LONGEST:
        raise NoEntry(f"kind and subject are longer than {_LONGEST} characters")
    return entry
