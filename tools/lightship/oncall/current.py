"""Who is on call: now, next, for how long nobody is, and who is called next; worked out once a schedule for a `now`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.schedule import EscalationLevel, Schedule
from lightship.catalog.kinds.service import Service
from lightship.facts.records import NOTHING, Observed
from lightship.oncall.pager import Resolved, resolved
from lightship.oncall.shifts import gaps, shifts

HORIZON = timedelta(days=42)
_BEHIND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's time on call without a break, UTC, half-open. `person` is '' where nobody is.

    Where a pager names somebody whom the catalog does not know, `person` is that name.
    """

    start: datetime
    end: datetime
    person: str
    promised: bool = True

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies within."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Duty:
    """A schedule seen from `now`: its turns without holes, to the horizon or as far as its pager told; the one that
    holds, the next person's, and those that are promised and nobody's.

    `rota` is the schedule as it resolves. Where `known` is false, nothing can be said of who is on call, and `why`
    says so in words with what to do; `source` is rotations or the pager's, `age` that of the pager's snapshot.
    """

    schedule: Schedule
    turns: tuple[Turn, ...]
    current: Turn
    following: Turn | None
    holes: tuple[Turn, ...]
    rota: Resolved
    age: timedelta | None = None

    @property
    def known(self) -> bool:
        """Whether it can be said who is on call."""
        return self.rota.known

    @property
    def source(self) -> str:
        """Who says so: 'rotations', or a pager."""
        return self.rota.source

    @property
    def why(self) -> str:
        """Why it is not known; '' where it is."""
        return self.rota.why

    @property
    def person(self) -> str:
        """Who is on call now: an id, a pager's name for somebody unknown, or '' for nobody."""
        return self.current.person

    @property
    def until(self) -> datetime | None:
        """When that ends; None where no end is in sight, or nothing is known."""
        return self.current.end if self.known and self.current.end < self.turns[-1].end else None

    @property
    def then(self) -> str:
        """Who comes after; '' for nobody that is known of."""
        return self.following.person if self.following else ""

    @property
    def order(self) -> int:
        """Sorts what matters most to the front: open, then with gaps ahead, then the rest, then nobody as agreed."""
        if self.is_open:
            return 0
        if not self.current.person and self.known:
            return 3
        return 1 if self.holes else 2

    @property
    def is_open(self) -> bool:
        """Whether somebody has to be on call now, and nobody is."""
        return self.known and not self.current.person and self.current.promised


def duties(
    catalog: Catalog, now: datetime, observed: Observed = NOTHING, at: datetime | None = None
) -> Mapping[str, Duty]:
    """The duty of every schedule, by id; seen from `at` instead of `now`, where given."""
    return {id: duty(catalog, observed, id, now, at) for id in catalog.schedules}


def duty(
    catalog: Catalog, observed: Observed, schedule: str, now: datetime, at: datetime | None = None
) -> Duty:
    """The duty of one schedule (an id of the catalog's); seen from `at` instead of `now`, where given."""
    it = catalog.schedules[schedule]
    return _duty(it, resolved(it, observed, now, at), catalog.people, at or now)


def _duty(schedule: Schedule, rota: Resolved, people: Mapping[str, Person], now: datetime) -> Duty:
    start, end = rota.within(now - _BEHIND, now + HORIZON)
    if start >= end:
        nobody = Turn(now - _BEHIND, now + HORIZON, "", promised=False)
        return Duty(schedule, (nobody,), nobody, None, (), rota, rota.age(now))
    left = rota.departures(people)
    missing = [Turn(gap.start, gap.end, "") for gap in gaps(rota.schedule, start, end, leaving=left)]
    taken = [
        Turn(shift.start, min(shift.end, left.get(shift.person, end)), shift.person)
        for shift in shifts(rota.schedule, start, end)
        if left.get(shift.person, end) > shift.start
    ]
    turns = _filled(_joined(taken), missing, start, end)
    at = next(number for number, turn in enumerate(turns) if turn.holds(now))
    following = next((turn for turn in turns[at + 1 :] if turn.person not in ("", turns[at].person)), None)
    holes = tuple(turn for turn in turns[at:] if not turn.person and turn.promised)
    return Duty(schedule, turns, turns[at], following, holes, rota, rota.age(now))


def _joined(turns: list[Turn]) -> list[Turn]:
    joined: list[Turn] = []
    for turn in sorted(turns, key=lambda turn: turn.start):
        if joined and joined[-1].person == turn.person and joined[-1].end == turn.start:
            joined[-1] = Turn(joined[-1].start, turn.end, turn.person)
        else:
            joined.append(turn)
    return joined


def _filled(turns: list[Turn], missing: list[Turn], start: datetime, end: datetime) -> tuple[Turn, ...]:
    """`turns` with the time between them filled in; a part is promised where `missing` says so."""
    filled: list[Turn] = []
    reached = start
    for turn in [*turns, Turn(end, end, "")]:
        if turn.start > reached:
            filled += _nobody(reached, turn.start, missing)
        if turn.end > turn.start:
            filled.append(turn)
        reached = max(reached, turn.end)
    return tuple(filled)


def _nobody(start: datetime, end: datetime, missing: list[Turn]) -> list[Turn]:
    cuts = sorted(
        {start, end} | {edge for gap in missing for edge in (gap.start, gap.end) if start < edge < end}
    )
    return [
        Turn(a, b, "", any(gap.start <= a and b <= gap.end for gap in missing)) for a, b in pairwise(cuts)
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """Who is called after so many minutes: a person's id ('' where nobody can be named), and in what capacity."""

    after: int
    person: str
    kind: str
    id: str


def escalation(
    catalog: Catalog, duties: Mapping[str, Duty], service: Service | None, schedule: Schedule | None
) -> tuple[Step, ...]:
    """Who is called next: the service's own steps, else those of its schedule."""
    levels = (service.escalation if service else ()) or (schedule.escalation if schedule else ())
    return tuple(_step(catalog, duties, level) for level in levels)


def _step(catalog: Catalog, duties: Mapping[str, Duty], level: EscalationLevel) -> Step:
    if level.schedule:
        duty = duties.get(level.schedule)
        return Step(level.after, duty.current.person if duty else "", "schedule", level.schedule)
    if level.team:
        team = catalog.teams.get(level.team)
        return Step(level.after, (team.lead if team else None) or "", "team", level.team)
    return Step(level.after, level.person or "", "person", level.person or "")
