"""The home page: what is on fire, who is on call now, what changed, what needs care, what falls due, what is on its way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from lightship.finding import Severity
from lightship.incidents.incident import Incident
from lightship.oncall.current import Duty
from lightship.portal import happening
from lightship.portal.cards import Cards
from lightship.portal.due import due
from lightship.portal.page import Page
from lightship.portal.pieces import severity, share, state
from lightship.portal.view import View
from lightship.portal.words import at, clock, on, plural, span
from lightship.scorecards.outcome import Outcome

_DUTIES = 12
_CARE = 7
_DUE = 8


def pages(view: View) -> Iterator[Page]:
    """The one page."""
    yield Page("", view.catalog.settings.name, "home", "home.html", lambda: context(view))


def context(view: View) -> dict[str, Any]:
    """Everything home.html needs."""
    duties = sorted(view.duties.values(), key=lambda duty: (duty.order, duty.schedule.label))
    open_now = sum(duty.is_open for duty in duties)
    everything = due(view, view.home)
    return {
        "settings": view.catalog.settings,
        "title": _on_fire(view) or _title(duties, open_now),
        "on_call": _title(duties, open_now) if view.incidents.burning else "",
        "fires": happening.fires(view, _open(view), view.home),
        "calm": "" if view.incidents.burning else happening.calm(view, view.home),
        "changed": happening.changed(view, view.home),
        "planned": happening.planned(view, view.home),
        "unchanged": happening.unchanged(view),
        "counts": _counts(view),
        "duties": [_row(view, duty) for duty in duties[:_DUTIES]],
        "more_duties": len(duties) - _DUTIES,
        "care": _care(view),
        "due": everything[:_DUE],
        "more_due": len(everything) - _DUE,
        "now": view.now,
        "progress": [each for each in view.progress.values() if each.initiative.status == "active"],
        "view": view,
        "on": on,
        "share": share,
    }


def _open(view: View) -> list[Incident]:
    """What burns, then drills."""
    drills = [each for each in view.book.open if each.drill]
    return [*view.incidents.burning, *drills]


def _on_fire(view: View) -> str:
    burning = view.incidents.burning
    hurting = sum(each.state != "mitigated" for each in burning)
    if not burning:
        return ""
    if not hurting:
        return f"{plural(len(burning), 'incident')} mitigated, not over yet"
    return f"{plural(len(burning), 'incident is', 'incidents are')} open"


def _title(duties: list[Duty], open_now: int) -> str:
    if not duties:
        return "Nobody is on call"
    if open_now == 0:
        return "Everybody who should be is on call"
    if open_now == len(duties):
        return "Nobody is on call"
    return f"{plural(open_now, 'schedule')} with nobody on call"


def _counts(view: View) -> str:
    catalog = view.catalog
    running = sum(service.lifecycle != "retired" for service in catalog.services.values())
    return (
        f"{plural(running, 'service')}, {plural(len(catalog.teams), 'team')}, "
        f"{plural(sum(person.active for person in catalog.people.values()), 'person', 'people')}"
    )


def _row(view: View, duty: Duty) -> dict[str, Any]:
    cards = Cards(view.home, view.now, view.zone)
    schedule = view.home.name("schedule", duty.schedule.id)
    if not duty.known:
        return {
            "id": duty.schedule.id,
            "schedule": schedule,
            "who": Markup("See the pager"),
            "gap": "",
            "until": "",
            "then": "",
        }
    following = duty.following
    then = Markup("then {}").format(view.home.name("person", following.person)) if following else Markup("")
    if not duty.current.person and not duty.current.promised:
        then = Markup("as agreed, {}").format(then)
    return {
        "id": duty.schedule.id,
        "schedule": schedule,
        "who": cards.who(duty),
        "gap": "gap" if duty.is_open else "",
        "until": at(duty.current.end, view.now, view.zone) if duty.current.person else "",
        "then": then,
    }


def _care(view: View) -> list[Markup]:
    """What needs care first, at most a screenful."""
    items = [*_requests(view), *_findings(view), *_holes(view)]
    return items + _weak(view)[: _CARE - len(items)]


def _requests(view: View) -> list[Markup]:
    """What people asked for that hangs on somebody: doubts, grants past their end, break-glass without a review."""
    those = view.requests.values()
    doubts = sum(each.state == "in doubt" for each in those)
    late = sum(
        grant.expires_at is not None and grant.expires_at <= view.now
        for each in those
        for grant in each.course.takeable
    )
    glass = sum(each.waits_for_review for each in those)
    pending = sum(each.state == "pending" for each in those)
    told = [
        *([state("bad", plural(doubts, "request in doubt", "requests in doubt"))] if doubts else []),
        *([state("bad", plural(late, "grant past its end", "grants past their end"))] if late else []),
        *([state("bad warn", f"{plural(glass, 'use', 'uses')} of break-glass to review")] if glass else []),
        *([state("no_data", plural(pending, "waits for a yes", "wait for a yes"))] if pending else []),
    ]
    if not told:
        return []
    page = "grants" if late or glass else "requests"
    return [Markup('<a href="{}/">What was asked for</a><br>{}').format(page, Markup(" · ").join(told))]


def _findings(view: View) -> list[Markup]:
    counts = [
        (sort, sum(found.severity is sort for found in view.found))
        for sort in (Severity.ERROR, Severity.WARNING)
    ]
    told = [Markup("{} {}").format(severity(sort), count) for sort, count in counts if count]
    if not told:
        return []
    return [
        Markup('<a href="findings/">What needs fixing in the catalog</a><br>{}').format(
            Markup(" · ").join(told)
        )
    ]


def _holes(view: View) -> list[Markup]:
    ahead = []
    for duty in view.duties.values():
        hole = next((each for each in duty.holes if not each.holds(view.now)), None)
        if hole and (hole.start - view.now).days < 14:
            ahead.append((hole.start, duty, hole))
    return [
        Markup("{} {}<br><small>nobody from {} for {}</small>").format(
            state("bad", "gap ahead"),
            view.home.name("schedule", duty.schedule.id),
            clock(start, view.now, view.zone),
            span(hole.end - hole.start),
        )
        for start, duty, hole in sorted(ahead, key=lambda each: each[0])[:3]
    ]


def _weak(view: View) -> list[Markup]:
    """Important services that fail a rule, the least climbed first."""
    weak = []
    for id in view.scores.letters:
        service = view.catalog.services[id]
        step = view.standings.next_step(id) if (service.tier or 4) <= 2 else None
        if step and step[2] is Outcome.FAIL:
            weak.append((step[0].share, service.tier or 4, id, step))
    weak.sort(key=lambda each: each[:3])
    return [
        Markup("{} {}<br><small>tier {}, {}: {}</small>").format(
            view.home.name("service", id),
            step[0].ladder,
            tier,
            step[0].card.model.label.lower(),
            step[1].model.title,
        )
        for _, tier, id, step in weak[:_CARE]
    ]
