"""What our own records tell beside other systems: shifts that were taken, maintenances, and services that are frozen. Pure.

They are what the operations `lightship.*` write. An entry that takes another one back carries the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import ValidationError

from lightship.catalog.kinds.schedule import Override
from lightship.facts.records import Change, Frozen, Observed
from lightship.journal.entry import Entry

_SHIFT, _NO_SHIFT = "shift.overridden", "shift.restored"
_WORK, _NO_WORK = "maintenance.planned", "maintenance.cancelled"
_LOCK, _UNLOCK = "service.locked", "service.unlocked"
KINDS = (_SHIFT, _NO_SHIFT, _WORK, _NO_WORK, _LOCK, _UNLOCK)

Records = Mapping[str, Iterable[Entry]]  # entries by kind, in order


def with_records(observed: Observed, records: Records, now: datetime) -> Observed:
    """`observed` with what `records` tell at `now`. A record that is not valid tells nothing."""
    last = max((entry.id for kind in KINDS for entry in records.get(kind, ())), default="")
    if not last:
        return observed
    changes = sorted((*observed.changes, *_maintenances(records, now)), key=lambda each: each.at)
    return replace(
        observed,
        commit=f"{observed.commit} {last}",
        changes=tuple(changes),
        overrides=overrides(records),
        frozen=_frozen(records),
    )


def overrides(records: Records) -> Mapping[str, tuple[Override, ...]]:
    """Shifts that were taken, by schedule: none before it was recorded, nor after it was given back."""
    back = _ends(records, _NO_SHIFT)
    found: dict[str, list[Override]] = {}
    for entry in records.get(_SHIFT, ()):
        start, end = _moment(entry, "start"), _moment(entry, "end")
        if start is None or end is None:
            continue
        start, end = max(start, entry.recorded_at), min(end, back.get(_key(entry), end))
        said = {
            "person": entry.data.get("person"),
            "start": start,
            "end": end,
            "reason": entry.data.get("reason"),
        }
        try:
            found.setdefault(entry.subject, []).append(Override.model_validate(said))
        except ValidationError:
            continue
    return {schedule: tuple(those) for schedule, those in found.items()}


def _maintenances(records: Records, now: datetime) -> Iterator[Change]:
    """Maintenances that were not called off before they began, as changes that begin when they do."""
    back = _ends(records, _NO_WORK)
    for entry in records.get(_WORK, ()):
        start, end = _moment(entry, "start"), _moment(entry, "end")
        if start is None or end is None:
            continue
        end = min(end, back.get(_key(entry), end))
        if end <= start:
            continue
        status = "planned" if now < start else "in-progress" if now < end else "succeeded"
        said = {
            "id": f"maintenance-{entry.id}",
            "kind": "infrastructure",
            "at": start,
            "services": [entry.subject],
            "title": f"Maintenance: {entry.data.get('title')}"[:120],
            "reason": f"Planned from {_told(start)} until {_told(end)}.",
            "status": status,
            "source": "lightship",
        }
        try:
            yield Change.model_validate(said)
        except ValidationError:
            continue


def _frozen(records: Records) -> Mapping[str, Frozen]:
    """Services that are frozen: the last of freezing and unfreezing counts; ending one of several leaves the others."""
    held: dict[str, dict[str, Frozen]] = {}
    told = [entry for kind in (_LOCK, _UNLOCK) for entry in records.get(kind, ())]
    for entry in sorted(told, key=lambda each: each.id):
        those = held.setdefault(entry.subject, {})
        if entry.kind == _LOCK:
            those[_key(entry)] = Frozen(entry.recorded_at, str(entry.data.get("reason", "")))
        elif those.pop(_key(entry), None) is None:
            those.clear()  # asked for by itself, it ends whatever there is
    return {service: list(those.values())[-1] for service, those in held.items() if those}


def _ends(records: Records, kind: str) -> Mapping[str, datetime]:
    return {_key(entry): entry.recorded_at for entry in records.get(kind, ())}


def _key(entry: Entry) -> str:
    return str(entry.data.get("key", entry.id))


def _moment(entry: Entry, name: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(entry.data.get(name, "")))
    except ValueError:
        return None
    return None if found.tzinfo is None else found.astimezone(UTC)


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
