"""What a source's files on the `facts` branch hold: records by key, how they are written, and what new ones change. Pure.

`changes/<source>/<YYYY-MM>.json` by the month (UTC) in which they took effect, `alerts/<source>.json`,
`oncall/<source>.json` by schedule, and `<source>.json` with values by service. One record a line.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from lightship.facts.records import Alert, Change, PagerSchedule
from lightship.journal.entry import canonical

Record = Mapping[str, Any]
Records = Mapping[str, Record]
_KEPT = timedelta(days=62)  # how long shifts are remembered that a pager tells no more
_PATH = re.compile(
    r"(?:(?P<kind>changes|alerts|oncall)/)?(?P<source>[a-z0-9][a-z0-9-]*)(?P<month>/[0-9]{4}-[0-9]{2})?\.json"
)


class Unreadable(ValueError):
    """The bytes are no such file; says why."""


class Table(NamedTuple):
    """All records of one kind (changes, alerts, oncall, values) of one source."""

    kind: str
    source: str


class Counts(NamedTuple):
    """How many records were new, changed what was known, or changed nothing."""

    recorded: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: object) -> Counts:
        return (
            Counts(*(a + b for a, b in zip(self, other, strict=True)))
            if isinstance(other, Counts)
            else NotImplemented
        )


def table_of(path: str) -> Table | None:
    """Whose records lie at `path`; None where none do."""
    found = _PATH.fullmatch(path)
    if found is None or (found["month"] is not None) != (found["kind"] == "changes"):
        return None
    return Table(found["kind"] or "values", found["source"])


def moment(at: datetime) -> str:
    """`at` in UTC to the second: 2026-03-01T09:00:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def of_models(items: Iterable[Change | Alert]) -> dict[Table, dict[str, Record]]:
    """Changes and alerts as records by their table and id."""
    tables: dict[Table, dict[str, Record]] = defaultdict(dict)
    for item in items:
        held = item.model_dump(exclude_unset=True, exclude={"source"}, exclude_none=True)
        record = {key: _plain(value) for key, value in held.items()}
        tables[Table("changes" if isinstance(item, Change) else "alerts", item.source)][item.id] = record
    return tables


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    return list(value) if isinstance(value, tuple) else value


def of_schedules(schedules: Mapping[str, PagerSchedule]) -> dict[Table, dict[str, Record]]:
    """Pagers' schedules as records by their table and schedule."""
    tables: dict[Table, dict[str, Record]] = defaultdict(dict)
    for id, pager in schedules.items():
        shifts = [
            {"start": moment(shift.start), "end": moment(shift.end), "person": shift.person}
            for shift in sorted(pager.shifts, key=lambda shift: (shift.start, shift.end, shift.person))
        ]
        tables[Table("oncall", pager.source)][id] = {
            "observed_at": moment(pager.observed_at),
            "shifts": shifts,
        }
    return tables


def of_values(source: str, at: datetime, services: Mapping[str, Record]) -> dict[Table, dict[str, Record]]:
    """Values that `source` saw at `at`, as records by service."""
    seen = moment(at)
    return {
        Table("values", source): {
            id: {"observed_at": seen, "values": dict(held)} for id, held in services.items()
        }
    }


def read(table: Table, data: bytes) -> dict[str, Record]:
    """The records of one file of `table`. Raises Unreadable."""
    try:
        held = json.loads(data)
        if held["source"] != table.source:
            raise Unreadable(f"its source is {held['source']!r}, and its name says {table.source!r}")
        records = _held(table.kind, held)
        for record in records.values():
            _when(table.kind, record)
        return records
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(
            f"it does not hold the records of a source: {type(error).__name__}: {error}"
        ) from error


def _held(kind: str, held: Any) -> dict[str, Record]:
    if kind in ("changes", "alerts"):
        return {str(record["id"]): dict(record) for record in held[kind]}
    if kind == "oncall":
        return {str(id): dict(record) for id, record in held["schedules"].items()}
    earlier = held.get("earlier", {})
    return {
        str(id): {"observed_at": earlier.get(id, held["observed_at"]), "values": dict(values)}
        for id, values in held["services"].items()
    }


def _when(kind: str, record: Record) -> datetime:
    """The moment by which a record is kept. Raises ValueError or TypeError where it has none."""
    moment = datetime.fromisoformat(record["at" if kind in ("changes", "alerts") else "observed_at"])
    if moment.tzinfo is None:
        raise ValueError("a moment has no zone")
    return moment


def put(kind: str, known: Records, new: Records) -> tuple[dict[str, Record], Counts]:
    """`known` with `new` put over it, and what that changed.

    Changes and alerts take over each field that the new record says; of a schedule's shifts and a service's values
    the ones observed last count.
    """
    result, counts = dict(known), Counts()
    for key, record in new.items():
        old = known.get(key)
        result[key] = record if old is None else _newer(kind, old, record)
        counts += Counts(old is None, old is not None and result[key] != old, result[key] == old)
    return result, counts


def _newer(kind: str, old: Record, new: Record) -> Record:
    if kind in ("changes", "alerts"):
        return {**old, **new}
    if _seen(new) < _seen(old):
        return old
    return {**new, "shifts": [*_over(old, new), *new["shifts"]]} if kind == "oncall" else new


def _over(old: Record, new: Record) -> list[Record]:
    """The shifts that were over when the pager was asked again, and that it tells no more."""
    edge = min((shift["start"] for shift in new["shifts"]), default=new["observed_at"])
    until = min(edge, new["observed_at"])
    oldest = moment(_seen(new) - _KEPT)
    return [shift for shift in old["shifts"] if oldest < shift["end"] <= until]


def _seen(record: Record) -> datetime:
    return datetime.fromisoformat(record["observed_at"])


def files(table: Table, records: Records) -> dict[str, bytes]:
    """The files that hold `records`, by path."""
    kind, source = table
    if kind == "changes":
        months: dict[str, list[Record]] = defaultdict(list)
        for record in records.values():
            months[record["at"][:7]].append(record)
        return {
            f"changes/{source}/{month}.json": _lines(kind, source, held) for month, held in months.items()
        }
    if kind == "alerts":
        return {f"alerts/{source}.json": _lines(kind, source, records.values())}
    if kind == "oncall":
        return {f"oncall/{source}.json": canonical({"source": source, "schedules": dict(records)})}
    return {f"{source}.json": _values(source, records)} if records else {}


def empty(table: Table) -> bytes:
    """A file of `table` from which all records have gone."""
    return _lines(table.kind, table.source, ())


def _lines(kind: str, source: str, records: Iterable[Record]) -> bytes:
    ordered = sorted(records, key=lambda record: (record["at"], record["id"]))
    lines = b",\n".join(canonical(record).rstrip(b"\n") for record in ordered)
    return b'{"source":' + canonical(source).rstrip(b"\n") + f',"{kind}":[\n'.encode() + lines + b"\n]}\n"


def _values(source: str, records: Records) -> bytes:
    last = max(records.values(), key=_seen)["observed_at"]
    earlier = {id: record["observed_at"] for id, record in records.items() if record["observed_at"] != last}
    held = {
        "source": source,
        "observed_at": last,
        "services": {id: dict(it["values"]) for id, it in records.items()},
    }
    return canonical(held | ({"earlier": earlier} if earlier else {}))
