"""What our own records tell beside other systems: shifts that were taken, maintenances, and services that are frozen. Pure.

They are what the operations `lightship.*` write. An entry that takes another one back carries the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import ValidationError

from lightship.catalog.kinds.schedule import Override
from lightship.facts.records import Change, Frozen, Maintenance, Observed
from lightship.journal.entry import Entry

_SHIFT, _NO_SHIFT = "shift.overridden", "shift.restored"
_WORK, _NO_WORK = "maintenance.planned", "maintenance.cancelled"
_LOCK, _UNLOCK = "service.locked", "service.unlocked"
KINDS = (_SHIFT, _NO_SHIFT, _WORK, _NO_WORK, _LOCK, _UNLOCK)

Records = Mapping[str, Iterable[Entry]]  # entries by kind, in order
Freezes = Mapping[str, tuple[Frozen, ...]]  # by service


def with_records(observed: Observed, records: Records, now: datetime) -> Observed:
    """`observed` with what `records` tell at `now`. A record that is not valid tells nothing."""
    last = max((entry.id for kind in KINDS for entry in records.get(kind, ())), default="")
    if not last:
        return observed
    changes = sorted((*observed.changes, *_changes(records, now)), key=lambda each: each.at)
    known = {
        kind: tuple(entry for entry in records.get(kind, ()) if entry.recorded_at <= now)
        for kind in (_LOCK, _UNLOCK)
    }
    frozen = {
        id: held
        for id, those in freezes({**records, **known}).items()
        if (held := holding(those, now)) is not None
    }
    running = tuple(each for _, each in _maintenances(records) if each.start <= now < each.end)
    # Both end without anybody writing anything.
    lasting = (*sorted(frozen), *(f"{each.service}/{each.start:%Y%m%dT%H%M%S}" for each in running))
    return replace(
        observed,
        commit=" ".join((observed.commit, last, *lasting)),
        changes=tuple(changes),
        overrides=overrides(records),
        frozen=frozen,
        maintenances=running,
    )


def overrides(records: Records) -> Mapping[str, tuple[Override, ...]]:
    """Shifts that were taken, by schedule: none before it was recorded, nor after it was given back."""
    back = _ends(records, _NO_SHIFT)
    found: dict[str, list[Override]] = {}
    for entry in records.get(_SHIFT, ()):
        start, end = moment(entry.data.get("start")), moment(entry.data.get("end"))
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


def _maintenances(records: Records) -> Iterator[tuple[Entry, Maintenance]]:
    """Maintenances that were not called off before they began, with their entries; one that was called off later ends then."""
    back = _ends(records, _NO_WORK)
    for entry in records.get(_WORK, ()):
        start, end = moment(entry.data.get("start")), moment(entry.data.get("end"))
        if start is None or end is None:
            continue
        end = min(end, back.get(_key(entry), end))
        if start < end:
            yield entry, Maintenance(entry.subject, str(entry.data.get("title")), start, end)


def _changes(records: Records, now: datetime) -> Iterator[Change]:
    """Maintenances as changes that begin when they do."""
    for entry, work in _maintenances(records):
        status = "planned" if now < work.start else "in-progress" if now < work.end else "succeeded"
        said = {
            "id": f"maintenance-{entry.id}",
            "kind": "infrastructure",
            "at": work.start,
            "services": [work.service],
            "title": f"Maintenance: {work.title}"[:120],
            "reason": f"Planned from {_told(work.start)} until {_told(work.end)}.",
            "status": status,
            "source": "lightship",
        }
        try:
            yield Change.model_validate(said)
        except ValidationError:
            continue


def freezes(records: Records) -> Freezes:
    """What freezes services, by service, in order. One that ends by itself leaves the others; unfreezing ends all there are.

    The lock's claim says until when, and not when it is taken back: nobody waits for that.
    """
    locks = {_key(entry): entry for entry in records.get(_LOCK, ())}
    ends = {
        claim.data.get("key"): moment(claim.data.get("expires_at"))
        for claim in reversed(tuple(records.get("claim", ()) if locks else ()))
    }
    held: dict[str, dict[str, Frozen]] = {}
    told = (*locks.values(), *records.get(_UNLOCK, ()))
    for entry in sorted(told, key=lambda each: each.id):
        those, key = held.setdefault(entry.subject, {}), _key(entry)
        if entry.kind == _LOCK:
            reason, by = (str(entry.data.get(name, "")) for name in ("reason", "by"))
            those[key] = Frozen(entry.recorded_at, reason, by, ends.get(key))
        elif key in locks:
            those.pop(key, None)
        else:
            those.clear()
    return {service: tuple(those.values()) for service, those in held.items() if those}


def holding(those: Iterable[Frozen], now: datetime) -> Frozen | None:
    """The one of a service's freezes that holds the longest at `now`; None where none does."""
    forever = datetime.max.replace(tzinfo=UTC)
    running = [each for each in those if each.until is None or now < each.until]
    return max(running, key=lambda each: (each.until or forever, each.since), default=None)


def _ends(records: Records, kind: str) -> Mapping[str, datetime]:
    return {_key(entry): entry.recorded_at for entry in records.get(kind, ())}


def _key(entry: Entry) -> str:
    return str(entry.data.get("key", entry.id))


def moment(value: object) -> datetime | None:
    """The moment that an entry's data writes as text, in UTC; None where it writes none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return None if found.tzinfo is None else found.astimezone(UTC)


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
