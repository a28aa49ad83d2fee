"""The on-call page, and a page for each schedule: calendar, gaps in plain words, fairness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.oncall.calendar import calendar
from lightship.oncall.current import HORIZON, Duty, Turn, escalation
from lightship.oncall.fairness import Load, loads
from lightship.oncall.people import departures
from lightship.portal import strips
from lightship.portal.cards import Cards
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import Pieces, bar, coded
from lightship.portal.view import View
from lightship.portal.words import at, clock, plural, span, zone


@dataclass(frozen=True, slots=True)
class _Sum:
    """What one person carries on all schedules: hours, nights, hours of weekends."""

    person: str
    hours: float
    nights: int
    weekends: float


_LANES = timedelta(days=14)
_WEEKS = 6
_DRAWN = 60  # schedules with a lane, and people with a row; the rest is named


def overview(view: View) -> dict[str, Any]:
    """Everything oncall.html needs."""
    pieces = view.near
    duties = sorted(view.duties.values(), key=lambda duty: (duty.order, duty.schedule.label))
    names = {id: person.label for id, person in view.catalog.people.items()}
    holes = sum(bool(_soon(view, duty)) for duty in duties)
    load = [each for duty in duties for each in _loads(view, duty)]
    return {
        "title": "On call",
        "lead": _lead(duties, holes),
        "zone": view.zone,
        "duties": [_lane(view, duty, names) for duty in duties[:_DRAWN]],
        "more": pieces.names("schedule", [duty.schedule.id for duty in duties[_DRAWN:]]),
        "load": _load_rows(pieces, _summed(load)[:_DRAWN]),
        "load_title": _load_title(_summed(load)),
        "axis": strips.axis(_today(view), _LANES.days),
    }


def _lead(duties: list[Duty], holes: int) -> str:
    open_now = sum(duty.is_open for duty in duties)
    now = (
        f"Nobody is on call for {open_now} of {len(duties)} now."
        if open_now
        else "Every promised hour of today is covered."
    )
    ahead = (
        f" {plural(holes, 'schedule')} {'has' if holes == 1 else 'have'} a gap in the next two weeks."
        if holes
        else " No gap in the next two weeks."
    )
    return now + ahead


def _soon(view: View, duty: Duty) -> list[Turn]:
    return [hole for hole in duty.holes if hole.start < view.now + _LANES]


def _today(view: View) -> datetime:
    """The midnight at which today began, in the zone of the portal."""
    return view.now.astimezone(zone(view.zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _lane(view: View, duty: Duty, names: dict[str, str]) -> dict[str, Any]:
    pieces = view.near
    cards = Cards(pieces, view.now, view.zone)
    start = _today(view)
    following = duty.following
    holes = _soon(view, duty)
    return {
        "id": duty.schedule.id,
        "schedule": pieces.name("schedule", duty.schedule.id),
        "team": pieces.name("team", duty.schedule.team) if duty.schedule.team else "",
        "gap": "gap" if duty.is_open else "",
        "who": cards.who(duty) if duty.known else Markup("See the pager"),
        "until": at(duty.current.end, view.now, view.zone) if duty.current.person else "",
        "then": Markup("then {}").format(pieces.name("person", following.person)) if following else "",
        "lane": strips.lane(duty.turns, names, start, start + _LANES) if duty.known else "",
        "holes": "; ".join(_hole(view, hole, view.zone) for hole in holes[:3])
        + (f"; and {len(holes) - 3} more" if len(holes) > 3 else ""),
    }


def _hole(view: View, hole: Turn, name: str) -> str:
    begins = "now" if hole.holds(view.now) else f"from {clock(hole.start, view.now, name)}"
    return (
        f"Nobody is on call {begins} until {clock(hole.end, view.now, name)}, {span(hole.end - hole.start)}"
    )


def _loads(view: View, duty: Duty) -> tuple[Load, ...]:
    return loads(duty.rota.schedule, *duty.rota.within(view.now, view.now + HORIZON))


def _summed(found: Iterable[Load]) -> list[_Sum]:
    sums: dict[str, _Sum] = {}
    for each in found:
        old = sums.get(each.person, _Sum(each.person, 0, 0, 0))
        sums[each.person] = _Sum(
            each.person, old.hours + each.hours, old.nights + each.nights, old.weekends + each.weekend_hours
        )
    return sorted(sums.values(), key=lambda each: (-each.hours, each.person))


def _load_title(found: list[_Sum]) -> str:
    if not found:
        return "Who carries how much"
    most, mean = found[0], sum(each.hours for each in found) / len(found)
    if len(found) == 1:
        return "One person carries all of it, over the next six weeks"
    if most.hours >= 1.4 * mean:
        return f"The most loaded carries {most.hours / mean:.1f} times the mean of {plural(len(found), 'person', 'people')}, over the next six weeks"
    return "The load is shared evenly, over the next six weeks"


def _load_rows(pieces: Pieces, found: Iterable[_Sum]) -> list[dict[str, Any]]:
    rows = list(found)
    most = max((each.hours for each in rows), default=1) or 1
    return [
        {
            "who": pieces.name("person", each.person),
            "hours": f"{each.hours:,.0f}",
            "bar": bar((("on", round(each.hours)), ("none", round(most - each.hours)))),
            "nights": each.nights,
            "weekends": f"{each.weekends:,.0f}",
        }
        for each in rows
    ]


def schedule(view: View, duty: Duty) -> dict[str, Any]:
    """Everything schedule.html needs."""
    pieces, it = view.far, duty.schedule
    ahead = [turn for turn in duty.turns if turn.end > view.now]
    found = _summed(_loads(view, duty))
    services = view.catalog.graph.named_by("schedule", it.id, "service", "schedule")
    holes = [hole for hole in duty.holes if hole.end > view.now]
    return {
        "root": pieces.root,
        "it": it,
        "team": pieces.name("team", it.team) if it.team else "",
        "call": view.cards.call(duty, escalation(view.catalog, view.duties, None, it)),
        "holes": [_hole(view, hole, it.timezone) for hole in holes[:8]],
        "holes_title": f"{plural(len(holes), 'gap')} in six weeks" if holes else "No gaps",
        "promise": _promise(duty),
        "services": pieces.names("service", services),
        "calendar": _calendar(view, duty) if duty.known else "",
        "turns": [_turn(view, turn, it.timezone) for turn in ahead],
        "load": _load_rows(pieces, found),
        "load_title": _load_title(found),
        "written": pieces.file(it.path),
        "findings": pieces.findings(it.path),
    }


def _calendar(view: View, duty: Duty) -> Markup:
    it = duty.schedule
    day = view.now.astimezone(zone(it.timezone)).date()
    gone = departures(it, view.catalog.people)
    return strips.weeks(
        calendar(duty.rota.schedule, day, _WEEKS, leaving=gone, until=duty.rota.until), view.now, view.far
    )


def _promise(duty: Duty) -> str | Markup:
    if not duty.known:
        return Markup("Whether somebody is on call is {}.").format(coded(duty.why))
    if duty.rota.until:
        return f"Somebody is on call as far as {duty.source} told: until {clock(duty.rota.until, duty.turns[0].start, duty.schedule.timezone)}."
    if duty.schedule.coverage.hours:
        return "Somebody is on call for all the hours that it promises. Outside of them nobody is, as agreed."
    return "Somebody is on call day and night for the next six weeks."


def _turn(view: View, turn: Turn, name: str) -> dict[str, Any]:
    who = (
        view.far.name("person", turn.person)
        if turn.person
        else Markup('<span class="s {}">{}</span>').format(
            "bad" if turn.promised else "info", "nobody" if turn.promised else "nobody, as agreed"
        )
    )
    return {"start": at(turn.start, view.now, name), "end": at(turn.end, view.now, name), "who": who}


def pages(view: View) -> Iterator[Page]:
    """The on-call page, and one a schedule."""
    yield Page("oncall/", "On call", "oncall", "oncall.html", lambda: overview(view))
    for duty in view.duties.values():
        it = duty.schedule
        found = SearchEntry(
            it.label,
            "schedule",
            view.label("team", it.team),
            it.id,
        )
        yield Page(it.url, it.label, "oncall", "schedule.html", partial(schedule, view, duty), search=found)
