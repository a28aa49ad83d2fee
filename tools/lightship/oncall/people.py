"""Whom a schedule names, where, and from when they are gone; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.schedule import Schedule
from lightship.oncall.localtime import aware, instant, zone
from lightship.oncall.turns import last_handover

_ALWAYS = datetime.min.replace(tzinfo=UTC)
_LONG_AGO, _FAR = date(1970, 1, 1), date(2200, 1, 1)


class Mention(NamedTuple):
    """A place in a schedule's file that names a person: `keys` lead to it."""

    person: str
    keys: tuple[str | int, ...]


def roster(schedule: Schedule) -> tuple[str, ...]:
    """Everybody that the layers name, once, in the order of their turns."""
    return tuple(dict.fromkeys(person for layer in schedule.layers for person in layer.people))


def mentions(schedule: Schedule, at: datetime) -> tuple[Mention, ...]:
    """Every naming of a person that still matters at `at`: not in layers and overrides that are over by then.

    Raises ValueError where `at` has no time zone.
    """
    return tuple(_mentions(schedule, aware(at)))


def departures(schedule: Schedule, people: Mapping[str, Person]) -> Mapping[str, datetime]:
    """Who of the layers and overrides is gone: person → the UTC moment from which they are nobody.

    Somebody inactive, or unknown to `people`, always was; a last day ends at midnight in the person's own time zone.
    """
    named = dict.fromkeys((*roster(schedule), *(override.person for override in schedule.overrides)))
    gone = ((id, left(people.get(id))) for id in named)
    return {id: moment for id, moment in gone if moment is not None}


def left(person: Person | None) -> datetime | None:
    """The UTC moment from which somebody is gone; None where they stay, the beginning of time where unknown."""
    if person is None or not person.active:
        return _ALWAYS
    last_day = person.active_until
    if last_day is None or last_day >= _FAR:
        return None
    if last_day < _LONG_AGO:
        return _ALWAYS
    return instant(datetime.combine(last_day + timedelta(days=1), time()), zone(person.timezone or "UTC"))


def _mentions(schedule: Schedule, at: datetime) -> Iterator[Mention]:
    area = zone(schedule.timezone)
    for number, layer in enumerate(schedule.layers):
        last = last_handover(layer, area)
        if last is None or last > at:
            for place, person in enumerate(layer.people):
                yield Mention(person, ("layers", number, "people", place))
    for number, override in enumerate(schedule.overrides):
        if aware(override.end) > at:
            yield Mention(override.person, ("overrides", number, "person"))
    for number, level in enumerate(schedule.escalation):
        if level.person:
            yield Mention(level.person, ("escalation", number, "person"))
