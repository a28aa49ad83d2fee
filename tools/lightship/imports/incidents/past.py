"""An incident that another tool kept, whatever its format; and how times and texts of such tools are read. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from lightship.catalog.strict import ODD
from lightship.incidents.events import IncidentType, Severity

_SPACE_BEFORE_OFFSET = re.compile(r" +(?=(?:[+-][0-9]{2}:?[0-9]{2}|Z)$)")
_FIRST, _LAST = 1971, 2199
_NOTHING: Mapping[str, datetime] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place (`line` counts from 1), and what became of it."""

    path: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Past:
    """An incident as its file tells it; moments are UTC, to the second.

    `path` is where it was read, for people; `file` and `key` are its file and name at the source, the same in every run; `names` is what it hit, as the source calls it.
    `reached`: when it was detected, acknowledged, mitigated, resolved, as far as that is said and can be.
    `over`: why it is over though nothing says since when; empty where it is resolved or still open.
    `settled_at`: until then its source may say more of it.
    """

    path: str
    line: int
    file: str
    key: str
    title: str
    severity: Severity
    began_at: datetime
    type: IncidentType = "incident"
    names: tuple[str, ...] = ()
    reached: Mapping[str, datetime] = field(default_factory=lambda: _NOTHING)
    over: str = ""
    text: str = ""
    fix: str = ""
    url: str = ""
    reason: str = ""
    settled_at: datetime | None = None


def moment(value: object) -> datetime | None:
    """The moment that `value` names, in UTC to the second; without a zone it is UTC. None where it names none we can keep."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(_SPACE_BEFORE_OFFSET.sub("", value.strip()))
    except ValueError:
        return None
    if not _FIRST <= found.year <= _LAST:
        return None
    zoned = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return zoned.replace(microsecond=0)


def line(value: object, most: int) -> str:
    """`value` in one line of at most `most` characters, without what nobody sees; '' where it is no text."""
    return cut(" ".join(ODD.sub("", value).split()), most) if isinstance(value, str) else ""


def lines(value: object) -> tuple[str, ...]:
    """The names in `value`, a text or a list of them, each once."""
    held = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(name for each in held if (name := line(each, 300))))


def text(value: str, most: int) -> str:
    """`value` with its line breaks, at most `most` characters."""
    return cut(ODD.sub("", value.replace("\r\n", "\n")).strip(), most)


def cut(value: str, most: int) -> str:
    """`value`, or its beginning and '…'."""
    return value if len(value) <= most else f"{value[: most - 1].rstrip()}…"


def shown(value: object) -> str:
    """Something odd from a file, fit for a message."""
    return f"'{line(value, 60)}'" if isinstance(value, str) else f"'{line(repr(value), 60)}'"


def said(moment: datetime) -> str:
    """A moment for a message."""
    return f"{moment:%Y-%m-%d %H:%MZ}"
