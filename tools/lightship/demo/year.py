"""The demo's year: everything that happened in the shop from `first` to before `last`, in the order of time. Pure.

Each day is thrown by itself, so a year that ends a day later holds the same days and one more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lightship.demo import asides, deck, notable, ordinary, records
from lightship.demo.breaking import Told, break_down, course
from lightship.demo.briefed import briefed
from lightship.demo.culprits import so_far, until
from lightship.demo.records import Levels
from lightship.demo.world import VIA, World, after, days, midnight
from lightship.facts.records import Alert, Change
from lightship.incidents.events import PREFIX
from lightship.incidents.fold import fold
from lightship.journal.entry import Actor, Entry
from lightship.scorecards import history

KIND = "demo.year"
"""The kind of the entry that ends a year; its subject is the day before which it ends, its data what it holds."""

DAYS = 365
_BY_DAY = 0.72  # of incidents begin in office hours


@dataclass(frozen=True)
class Known:
    """What the journal holds already: the days at which years ended, ids of incidents, and those that people told of.

    `scored`: days whose levels are known. `incidents`, `changes`: what the years before held together.
    """

    ends: tuple[date, ...] = ()
    ids: Collection[str] = frozenset()
    touched: Collection[str] = frozenset()
    scored: Collection[str] = frozenset()
    incidents: int = 0
    changes: int = 0

    @property
    def until(self) -> date | None:
        """The day before which everything is told."""
        return max(self.ends, default=None)


@dataclass(frozen=True)
class Year:
    """What is to be written, and what the journal holds then."""

    entries: tuple[Entry, ...] = ()
    changes: tuple[Change, ...] = ()
    alerts: tuple[Alert, ...] = ()
    incidents: int = 0
    total_changes: int = 0


def known(entries: Iterable[Entry]) -> Known:
    """What `entries`, those of the journal, hold already."""
    those = tuple(entries)
    ends = tuple(date.fromisoformat(each.subject) for each in those if each.kind == KIND)
    last = max((each for each in those if each.kind == KIND), key=lambda each: each.subject, default=None)
    told = [each for each in those if each.kind.startswith(PREFIX)]
    return Known(
        ends,
        frozenset(each.subject for each in told),
        frozenset(each.subject for each in told if each.by.via != VIA),
        frozenset(each.subject for each in those if each.kind == history.KIND),
        int(last.data["incidents"]) if last else 0,
        int(last.data["changes"]) if last else 0,
    )


def year(
    world: World, last: date, today: Levels, ladders: Mapping[str, tuple[str, ...]], before: Known
) -> Year:
    """What the year before `last` adds to what is known `before`; nothing where that reaches as far."""
    first = before.until or last - timedelta(days=DAYS)
    if first >= last:
        return Year((), (), (), before.incidents, before.changes)
    told = [each for each in _stories(world, last, before) if _goes_on(each, before)]
    changes, alerts = _observed(world, first, last, told)
    told = _with_briefs(world, last, told, changes, alerts)
    entries = [
        *(entry for each in told for entry in each.entries),
        *records.handovers(world, midnight(first)),
        *(
            records.scores(world, day, today, ladders)
            for day in days(first, last)
            if f"{day:%Y-%m-%d}" not in before.scored
        ),
    ]
    since = midnight(first if before.until else date.min)
    new = sorted(
        (each for each in entries if since <= each.recorded_at < midnight(last)), key=lambda each: each.id
    )
    incidents = before.incidents + sum(each.kind == f"{PREFIX}declared" for each in new)
    counted = before.changes + sum(midnight(first) <= each.at < midnight(last) for each in changes)
    mark = _mark(world, last, incidents, counted)
    return Year((*new, mark), changes, alerts, incidents, counted)


def _mark(world: World, last: date, incidents: int, changes: int) -> Entry:
    data = {"incidents": incidents, "changes": changes, "seed": world.seed, "invented": True}
    by = Actor("demo", "", False, VIA)
    return records.entry(world, KIND, f"{last:%Y-%m-%d}", midnight(last), by, data)


def _observed(
    world: World, first: date, last: date, told: Iterable[Told]
) -> tuple[tuple[Change, ...], tuple[Alert, ...]]:
    """The changes and alerts from `first` on, and those of the stories, as they were known when `last` began."""
    end = midnight(last)
    changed = {each.id: each for each in _ordinary(world, first, last)}
    alerts = [each for day in days(first, last) for each in ordinary.alerts(world, day)]
    for story in told:
        changed |= {each.id: each for each in until(story.changes, end)}
        alerts += [so_far(each, end) for each in story.alerts if each.at < end]
    return tuple(changed.values()), tuple(alerts)


def _with_briefs(
    world: World, last: date, told: list[Told], changes: tuple[Change, ...], alerts: tuple[Alert, ...]
) -> list[Told]:
    """`told`, in which the incidents of the last night have their briefs."""
    tonight = {each.id for each in notable.night(world, last)}
    known = [fold(entry for entry in each.entries if entry.recorded_at < midnight(last)) for each in told]
    incidents = [each for each in known if each is not None]
    return [briefed(world, each, changes, alerts, incidents) if each.id in tonight else each for each in told]


def _ordinary(world: World, first: date, last: date) -> Iterator[Change]:
    for day in days(first, last):
        yield from ordinary.changes(world, day)
    for day in days(last, last + ordinary.AHEAD):
        yield from ordinary.planned(world, day, carried_out=False)


def _stories(world: World, last: date, before: Known) -> Iterator[Told]:
    """All incidents that begin before `last`, whether told already or not."""
    for day in days(world.start.date(), last):
        yield from _of_day(world, day)
    yield from (each for each in notable.written(world) if each.entries[0].recorded_at < midnight(last))
    for ended in sorted({*before.ends, last}):
        yield from notable.night(world, ended)


def _of_day(world: World, day: date) -> Iterator[Told]:
    yield from asides.asides(world, day)
    for number, fault in enumerate(deck.dealt(world, day)):
        dice = world.dice("incident", day, number)
        hour = dice.between(7.5, 17) if dice.whether(_BY_DAY) else dice.between(17, 31) % 24
        began = after(midnight(day), 60 * hour)
        told = break_down(world, fault, course(fault, began, dice), day, number)
        yield told
        if dice.whether(0.05):
            yield asides.again(world, told, (day, number))


def _goes_on(told: Told, before: Known) -> bool:
    """Whether there is something to add: not to what people have taken in hand, nor to what nobody ever declared."""
    if told.id in before.touched:
        return False
    began = told.entries[0].recorded_at
    return before.until is None or began >= midnight(before.until) or told.id in before.ids
