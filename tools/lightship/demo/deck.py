"""What breaks on a day: dealt from a deck that is shuffled anew every sixteen weeks, so that little comes twice in a row. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from math import log

from lightship.demo.world import Fault, World, days

_SATURDAY = 5
_OFTEN, _SELDOM = 0.44, 0.16  # incidents on a day of the week, and on one of the weekend
_HAND = 112  # days for which a deck lasts


def dealt(world: World, day: date) -> tuple[Fault, ...]:
    """The faults of `day`; the same whatever else is asked."""
    hand, within = divmod(day.toordinal(), _HAND)
    first = day - timedelta(days=within)
    before = sum(_count(world, each) for each in days(first, day))
    deck = _shuffled(world, hand)
    count = _count(world, day) if deck else 0
    return tuple(deck[(before + number) % len(deck)] for number in range(count))


def _count(world: World, day: date) -> int:
    return world.dice("day", day).count(_SELDOM if day.weekday() >= _SATURDAY else _OFTEN)


def _shuffled(world: World, hand: int) -> list[Fault]:
    """All faults, those that happen often nearer to the top."""
    dice = world.dice("deck", hand)
    weighed = [
        (-log(dice.between(1e-9, 1)) / fault.often, number) for number, fault in enumerate(world.faults)
    ]
    return [world.faults[number] for _, number in sorted(weighed)]
