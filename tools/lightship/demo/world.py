"""The shop in which the demo's year happens: its catalog, who is on call when, and what may break. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from pathlib import Path

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import Part
from lightship.catalog.read import parse
from lightship.demo.dice import Dice
from lightship.journal.entry import Actor
from lightship.oncall.shifts import Shift, shifts

VIA = "demo"
"""How the entries of the demo's year came to be; tells them from what people record."""

_FILE = Path(__file__).parent / "faults.yaml"
_BEGAN = date(2026, 1, 1)
_BEST = 0.3
_ROTAS = datetime(2026, 1, 1, tzinfo=UTC)  # the first day that anything asks who was on call


class Fault(Part):
    """Something that breaks, what is said about it, and what mends it."""

    service: str
    title: str
    symptom: str
    severities: tuple[str, ...]
    often: int
    said: tuple[str, ...]
    mitigated: str
    fix: str
    alert: str = ""
    runbook: str = ""
    cause: str = ""
    change: str = ""
    on: str = ""
    also: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def changed(self) -> str:
        """The service whose change does it."""
        return self.on or self.service


class Tale(Part):
    """Something that is told of a service, and is no incident."""

    service: str
    title: str
    text: str = ""


class Tables(Part):
    """All that may happen."""

    faults: tuple[Fault, ...]
    notices: tuple[Tale, ...]
    maintenance: tuple[Tale, ...]
    drills: tuple[Tale, ...]
    changes: dict[str, tuple[tuple[str, str], ...]]
    planned: tuple[tuple[str, str], ...]


@cache
def tables() -> Tables:
    """What `faults.yaml` says."""
    return Tables.model_validate(parse(_FILE.read_bytes()))


@dataclass(frozen=True)
class World:
    """The shop from `start` to before `end` (UTC)."""

    catalog: Catalog
    seed: int
    start: datetime
    end: datetime

    def dice(self, *key: object) -> Dice:
        """The throws for `key`."""
        return Dice(self.seed, *key)

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What may break of the services that there are."""
        known = self.catalog.services
        return tuple(
            each for each in tables().faults if {each.service, each.changed, *each.also} <= set(known)
        )

    def told(self, tales: Iterable[Tale]) -> tuple[Tale, ...]:
        """Those of `tales` whose service there is."""
        return tuple(tale for tale in tales if tale.service in self.catalog.services)

    @cached_property
    def rotas(self) -> Mapping[str, tuple[Shift, ...]]:
        """The shifts of each schedule, from the schedules themselves."""
        return {
            id: shifts(schedule, min(self.start, _ROTAS), self.end)
            for id, schedule in self.catalog.schedules.items()
        }

    def on_call(self, schedule: str, at: datetime) -> str:
        """Who is on call by `schedule`; '' for nobody, as before the day on which it begins."""
        rota: Sequence[Shift] = self.rotas.get(schedule, ())
        place = bisect_right(rota, at, key=lambda shift: shift.start) - 1
        return rota[place].person if place >= 0 and rota[place].end > at else ""

    def responder(self, service: str, at: datetime) -> str:
        """Who takes an alert of `service`: whoever is on call, else somebody of its team, by the week."""
        it = self.catalog.services[service]
        return (it.schedule and self.on_call(it.schedule, at)) or self.member(it.owner, at)

    def member(self, team: str, at: datetime, turn: int = 0) -> str:
        """Somebody of `team` who works there; by the week, and `turn` for another one."""
        people = self._team(team) or tuple(self.catalog.people)
        return people[(at.date().toordinal() // 7 + turn) % len(people)] if people else ""

    def _team(self, team: str) -> tuple[str, ...]:
        it = self.catalog.teams.get(team)
        members = it.members if it else ()
        return tuple(id for id in members if id in self.catalog.people and self.catalog.people[id].active)

    def commander(self, at: datetime) -> str:
        """Who leads: whoever is on call by the schedule of commanders, else somebody who has that role."""
        leading = self.on_call("incident-commanders", at)
        trained = [id for id, it in self.catalog.people.items() if "incident-commander" in it.roles]
        if leading or not trained:
            return leading or self.member("engineering", at)
        return trained[at.date().toordinal() // 7 % len(trained)]

    def actor(self, person: str) -> Actor:
        """The person as somebody who records; a name that the catalog does not hold is unverified."""
        it = self.catalog.people.get(person)
        return Actor(it.label, person, True, VIA) if it else Actor(person or "Somebody", "", False, VIA)


def pace(day: date) -> float:
    """How long things take on `day`, against the beginning of 2026: a third less from the first quarter to the last."""
    years = (day - _BEGAN).days / 365
    return max(_BEST, float((2 / 3) ** (years * 3 / 2)))


def midnight(day: date) -> datetime:
    """The beginning of `day` in UTC."""
    return datetime.combine(day, time(), UTC)


def after(moment: datetime, minutes: float) -> datetime:
    """`moment` and so many minutes, in whole seconds."""
    return moment + timedelta(seconds=round(minutes * 60))


def days(start: date, end: date) -> Iterable[date]:
    """Every day from `start` to before `end`."""
    return (start + timedelta(days=number) for number in range((end - start).days))
