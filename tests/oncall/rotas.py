"""Schedules for the tests, written as briefly as a table of cases allows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from lightship.catalog.kinds.schedule import Schedule

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def schedule(
    *layers: dict[str, Any], timezone: str = "Europe/Berlin", id: str = "rota", **fields: Any
) -> Schedule:
    """A schedule as it is read from its file."""
    entity = Schedule.from_data(id, {"timezone": timezone, "layers": list(layers), **fields})
    assert isinstance(entity, Schedule)
    return entity


def layer(
    people: str, starts: str = "2026-01-05", handover: str = "10:00", length: str = "7d", **fields: Any
) -> dict[str, Any]:
    """A rotation; `people` has one letter a person."""
    return {"people": list(people), "starts": starts, "handover": handover, "length": length, **fields}


def hours(start: str, end: str, days: Iterable[str] = WEEKDAYS) -> dict[str, Any]:
    """A part of the week in local time."""
    return {"days": list(days), "start": start, "end": end}


def override(person: str, start: str, end: str) -> dict[str, Any]:
    """A stand-in; moments as `utc` reads them."""
    return {"person": person, "start": f"{start}:00Z", "end": f"{end}:00Z"}


def utc(text: str) -> datetime:
    """'2026-01-05' or '2026-01-05T10:00', in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    """'2026-01-05' or '2026-01-05T10:00', as the clocks on a wall show it: naive."""
    return datetime.fromisoformat(text)


def said(spans: Iterable[Any]) -> list[str]:
    """Each span as 'a 01-05T09:00 01-12T09:00', in UTC; nobody is '-'."""
    return [f"{span.person or '-'} {span.start:%m-%dT%H:%M} {span.end:%m-%dT%H:%M}" for span in spans]
