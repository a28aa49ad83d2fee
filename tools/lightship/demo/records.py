"""What the journal of the demo holds beside incidents: accepted hand-overs, and levels by the day. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from lightship.demo.dice import Dice, randomness
from lightship.demo.world import VIA, World, after, midnight
from lightship.incidents import acceptance
from lightship.journal.entry import Actor, Entry, new_id, stamp
from lightship.oncall.shifts import Shift
from lightship.scorecards import history

Levels = Mapping[str, Mapping[str, str]]
"""By scorecard and service, the id of a level, or `history.NONE`."""

_NIGHTLY = Actor("nightly", "", False, VIA)
_ACCEPTED = 0.85
_SHORT = timedelta(hours=12)
_CYCLE = 45  # days in which some services lose a level
_CLIMB_FROM, _CLIMB = date(2026, 1, 20), 290
_NOTES = (
    "",
    "",
    "Quiet week.",
    "Watch the retries towards payment.",
    "The certificate work goes on on Tuesday.",
)


def entry(world: World, kind: str, subject: str, at: datetime, by: Actor, data: Mapping[str, Any]) -> Entry:
    """A record that is about no incident."""
    id = new_id(at, randomness(world.seed, kind, subject, at.isoformat()))
    return Entry(id, kind, subject, at, by, data)


def handovers(world: World, start: datetime) -> Iterator[Entry]:
    """Hand-overs from `start` on that the next person accepted; most are."""
    for schedule, rota in world.rotas.items():
        for before, now in pairwise(rota):
            if now.start < start or before.person == now.person or not _counts(now):
                continue
            dice = world.dice("handover", schedule, now.start)
            if dice.whether(_ACCEPTED):
                at = after(now.start, -dice.between(0, 25))
                note = dice.one(_NOTES)
                data = {"from": before.person, "to": now.person, "at": stamp(now.start), "person": now.person}
                data |= {"note": note} if note else {}
                yield entry(world, acceptance.KIND, schedule, at, world.actor(now.person), data)


def _counts(shift: Shift) -> bool:
    """Whether people talk when it begins: not three times a day where the team follows the sun."""
    return shift.end - shift.start >= _SHORT or shift.start.weekday() == 0


def scores(world: World, day: date, today: Levels, ladders: Mapping[str, tuple[str, ...]]) -> Entry:
    """The levels of `day`, made up backwards from those of `today`. `ladders`: the levels of each card, lowest first."""
    data = {
        card: {
            service: _level(world, card, service, level, day, ladders[card])
            for service, level in held.items()
        }
        for card, held in today.items()
    }
    at = midnight(day) + timedelta(hours=3)
    return entry(world, history.KIND, f"{day:%Y-%m-%d}", at, _NIGHTLY, data)


def _level(world: World, card: str, service: str, today: str, day: date, ladder: tuple[str, ...]) -> str:
    """Lower before the days on which it climbed; higher for a while before a day on which it fell."""
    steps = (history.NONE, *ladder)
    place = steps.index(today) - sum(day < climbed for climbed in _climbs(world.seed, card, service))
    cycle, within = divmod(day.toordinal(), _CYCLE)
    place += within < _fall(world.seed, card, service, cycle)
    return steps[min(max(place, 0), len(steps) - 1)]


@lru_cache(maxsize=1000)
def _climbs(seed: int, card: str, service: str) -> tuple[date, ...]:
    dice = Dice(seed, "climb", card, service)
    count = dice.one((0, 1, 1, 2))
    return tuple(_CLIMB_FROM + timedelta(days=round(dice.between(0, _CLIMB))) for _ in range(count))


@lru_cache(maxsize=10_000)
def _fall(seed: int, card: str, service: str, cycle: int) -> float:
    """The day of the cycle on which a level is lost; 0 where none is, as in most."""
    dice = Dice(seed, "fall", card, service, cycle)
    return dice.between(12, 40) if dice.whether(0.04) else 0
