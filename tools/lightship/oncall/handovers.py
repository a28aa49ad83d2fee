"""When one person hands a schedule over to the next. Pure; UTC, half-open.

Somebody whose duty is broken by hours that are not covered, nights say, keeps the watch over them: it is handed over
where the next person's duty begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from lightship.catalog.kinds.person import Person
from lightship.oncall.pager import Resolved
from lightship.oncall.shifts import shifts

REACH = timedelta(days=63)  # as far as is looked back and ahead; a watch that is longer is clipped there


class Watch(NamedTuple):
    """One person's time until somebody else's begins, from their first to their last moment on call."""

    start: datetime
    end: datetime
    person: str


class HandOver(NamedTuple):
    """`outgoing` has it until `incoming` begins; either is None where nobody is known of."""

    outgoing: Watch | None
    incoming: Watch | None

    @property
    def at(self) -> datetime:
        """The moment: the beginning of the incoming watch; without one, the end of the outgoing."""
        if self.incoming is not None:
            return self.incoming.start
        assert self.outgoing is not None
        return self.outgoing.end


def watches(
    rota: Resolved, people: Mapping[str, Person], start: datetime, end: datetime
) -> tuple[Watch, ...]:
    """The watches of [start, end), clipped to it and to what is known; who has left by then has none."""
    left = rota.departures(people)
    taken = (
        Watch(shift.start, min(shift.end, left.get(shift.person, shift.end)), shift.person)
        for shift in shifts(rota.schedule, *rota.within(start, end))
        if left.get(shift.person, shift.end) > shift.start
    )
    return tuple(_joined(taken))


def _joined(taken: Iterable[Watch]) -> Iterator[Watch]:
    held: Watch | None = None
    for each in taken:
        if held is not None and held.person == each.person:
            held = held._replace(end=each.end)
            continue
        if held is not None:
            yield held
        held = each
    if held is not None:
        yield held


def handovers(
    rota: Resolved, people: Mapping[str, Person], start: datetime, end: datetime
) -> tuple[HandOver, ...]:
    """Those of [start, end), in order."""
    known = watches(rota, people, start - REACH, end + REACH)
    return tuple(HandOver(a, b) for a, b in pairwise(known) if start <= b.start < end)


def nearest(rota: Resolved, people: Mapping[str, Person], at: datetime) -> HandOver | None:
    """The hand-over nearest to `at`, before or after it; None where nobody is known of."""
    known = watches(rota, people, at - REACH, at + REACH)
    found = [HandOver(a, b) for a, b in pairwise(known)]
    if not found:
        return HandOver(known[0], None) if known else None
    return min(found, key=lambda each: (abs(each.at - at), each.at))
