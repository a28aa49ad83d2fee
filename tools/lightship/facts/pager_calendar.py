"""A pager's shifts from an iCalendar file: every event is a shift, repeated ones included. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lightship.errors import UsageError
from lightship.facts.snapshot import LARGEST
from lightship.oncall.localtime import instant

_MOST = 5000  # shifts of one schedule


class Event(NamedTuple):
    """A shift, UTC, half-open; `said` are the texts that may name who has it, the surest first."""

    start: datetime
    end: datetime
    said: tuple[str, ...]


def events(data: bytes, name: str, area: ZoneInfo, start: datetime, end: datetime) -> tuple[Event, ...]:
    """The events of the file `name` that touch [start, end), in order; times without a zone are those of `area`.

    Raises UsageError where it is no iCalendar file.
    """
    from recurring_ical_events.errors import InvalidCalendar

    if len(data) > LARGEST:
        raise UsageError(f"reading {name}: it is larger than {LARGEST >> 20} MiB; export fewer days")
    try:
        shifts = sorted(_shifts(_components(data, start, end), area))
    # The libraries tell of a component that lacks something in many ways.
    except (ValueError, LookupError, TypeError, AttributeError, InvalidCalendar) as error:
        words = str(error).splitlines() or [type(error).__name__]
        raise UsageError(
            f"reading {name}: it is no iCalendar file: {words[0]}; export it again, nothing was recorded"
        ) from error
    if len(shifts) > _MOST:
        raise UsageError(f"reading {name}: {len(shifts):,} shifts are too many; {_MOST:,} can be kept")
    return tuple(shifts)


def _components(data: bytes, start: datetime, end: datetime) -> Iterable[Any]:
    from icalendar import Calendar
    from recurring_ical_events import of

    calendar = Calendar.from_ical(data)
    if calendar.name != "VCALENDAR":
        raise ValueError("it does not begin with VCALENDAR")
    found: Iterable[Any] = of(calendar, skip_bad_series=False).between(start, end)
    return found


def _shifts(components: Iterable[Any], area: ZoneInfo) -> Iterator[Event]:
    for component in components:
        if str(component.get("STATUS", "")).upper() == "CANCELLED":
            continue
        start, end = _moment(component.start, area), _moment(component.end, area)
        if start < end:
            yield Event(start, end, tuple(_said(component)))


def _moment(value: date, area: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        return instant(datetime.combine(value, time()), area)
    return instant(value, area) if value.tzinfo is None else value


def _said(component: Any) -> Iterator[str]:
    """Attendees by address and name, then the summary, then the organizer."""
    attendees = component.get("ATTENDEE", [])
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        yield from _address(attendee)
    if component.get("SUMMARY"):
        yield str(component["SUMMARY"])
    if component.get("ORGANIZER"):
        yield from _address(component["ORGANIZER"])


def _address(value: Any) -> Iterator[str]:
    address = str(value)
    yield address[7:] if address.lower().startswith("mailto:") else address
    if "CN" in value.params:
        yield str(value.params["CN"])
