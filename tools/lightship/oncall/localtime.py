"""Local wall time to UTC, in one way: what is skipped maps to the jump, what comes twice to its first time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises zoneinfo.ZoneInfoNotFoundError."""
    return ZoneInfo(name)


def aware(moment: datetime) -> datetime:
    """`moment` in UTC. Raises ValueError where it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone: on-call times are tz-aware")
    return moment.astimezone(UTC)


def wall(moment: datetime, area: ZoneInfo) -> datetime:
    """What the clocks of `area` show at `moment`, without a time zone."""
    return moment.astimezone(area).replace(tzinfo=None)


@lru_cache(maxsize=16384)
def instant(local: datetime, area: ZoneInfo) -> datetime:
    """The UTC moment at which the clocks of `area` show `local` (naive).

    A time that the clocks skip is the moment they jump; one that they show twice is the first of the two.
    """
    first = _offset(local.replace(tzinfo=area))
    second = _offset(local.replace(tzinfo=area, fold=1))
    if first < second:
        return _change(area, (local - second).replace(tzinfo=UTC), (local - first).replace(tzinfo=UTC))
    return (local - first).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Transition:
    """The clocks change at `at` (UTC): they skip, or show twice, the local times from `first` until `last`."""

    at: datetime
    kind: Literal["skipped", "twice"]
    first: datetime
    last: datetime


@lru_cache(maxsize=1024)
def transitions(area: ZoneInfo, start: datetime, end: datetime) -> tuple[Transition, ...]:
    """Every change of the clocks of `area` in [start, end), in order."""
    found = []
    low = start
    while low < end:
        high = min(low + _DAY, end)
        before, after = _offset_at(area, low), _offset_at(area, high)
        if before != after:
            at = _change(area, low, high)
            shown = sorted((at.replace(tzinfo=None) + before, at.replace(tzinfo=None) + after))
            found.append(Transition(at, "skipped" if before < after else "twice", shown[0], shown[1]))
        low = high
    return tuple(transition for transition in found if transition.at < end)


def _change(area: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The moment after `low`, at or before `high`, from which the offset is no longer that of `low`."""
    before = _offset_at(area, low)
    while high - low > _SECOND:
        middle = low + _SECOND * ((high - low) // _SECOND // 2)
        if _offset_at(area, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset_at(area: ZoneInfo, moment: datetime) -> timedelta:
    return _offset(moment.astimezone(area))


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()
