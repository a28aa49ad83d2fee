"""The list of dashboards, and a page for each with its widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.catalog.kinds.dashboard import Dashboard, Widget
from lightship.portal.cards import Cards
from lightship.portal.due import due
from lightship.portal.lists import Column, List, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import share
from lightship.portal.rows import service_rows
from lightship.portal.trust import marks
from lightship.portal.view import View
from lightship.portal.words import on, plural

_ROWS = 30
_Found = tuple[list[Markup], str]  # rows, what to say without any


def pages(view: View) -> Iterator[Page]:
    """The list, and a page a dashboard."""
    boards = view.catalog.dashboards.values()
    rows = List(
        ("dashboard", "dashboards"),
        "Dashboards",
        (Column("For"),),
        (),
        tuple(
            Row(f"{each.id}/", each.label, each.description or "", (_audience(view, each),))
            for each in boards
        ),
    )
    context = {
        "title": "Dashboards",
        "lead": "Pages made for a role, a team, or whoever is on call.",
        "rows": rows,
        "graph": "",
        "kind": "dashboard",
        "empty": "Here you would find pages made for you. A dashboard is a file in catalog/dashboards/.",
    }
    yield Page("dashboards/", "Dashboards", "more", "index.html", lambda: context)
    for each in boards:
        found = SearchEntry(each.label, "dashboard", _audience(view, each), each.id)
        yield Page(
            each.url, each.label, "more", "dashboard.html", partial(_context, view, each), search=found
        )


def _audience(view: View, it: Dashboard) -> str:
    catalog, audience = view.catalog, it.audience
    names = list(audience.roles)
    names += [catalog.teams[id].label for id in audience.teams if id in catalog.teams]
    names += [catalog.people[id].label for id in audience.people if id in catalog.people]
    names += [
        f"on call for {catalog.schedules[id].label}" for id in audience.on_call if id in catalog.schedules
    ]
    return ", ".join(names) or "everybody"


def _context(view: View, it: Dashboard) -> dict[str, Any]:
    return {
        "root": view.far.root,
        "it": it,
        "owner": view.far.name("team", it.owner) if it.owner else "",
        "audience": _audience(view, it),
        "findings": view.far.findings(it.path),
        "widgets": [_widget(view, each) for each in it.widgets],
    }


def _widget(view: View, it: Widget) -> dict[str, Any]:
    title, make = _WIDGETS[it.type]
    rows, empty = make(view, it)
    return {
        "title": it.title or title,
        "text": it.text if it.type == "text" else "",
        "rows": rows[:_ROWS],
        "more": len(rows) - _ROWS,
        "empty": empty,
    }


def _text(view: View, it: Widget) -> _Found:
    return [], ""


def _on_call(view: View, it: Widget) -> _Found:
    cards = Cards(view.far, view.now, view.zone)
    wanted = {view.catalog.services[id].schedule for id in view.scopes[it.scope]}
    rows = [
        Markup('<span class="ls-person">{}</span> <small>{}</small><br>{}').format(
            cards.who(duty), view.far.name("schedule", id), cards.until(duty)
        )
        for id, duty in view.duties.items()
        if id in wanted and duty.known
    ]
    return rows, "No schedule belongs to these services."


def _services(view: View, it: Widget) -> _Found:
    return service_rows(view, view.scopes[it.scope], view.far), "No service is in its scope."


def _scorecard(view: View, it: Widget) -> _Found:
    found = []
    for id in view.scopes[it.scope]:
        standing = next((each for each in view.standings.of(id) if each.card.id == it.scorecard), None)
        if standing:
            found.append((standing.share, id, standing))
    rows = [
        Markup('<div class="ls-row"><span>{} <small>{}</small></span><span>{}</span></div>').format(
            view.far.name("service", id), each.needed[0].model.title if each.needed else "", each.ladder
        )
        for _, id, each in sorted(found, key=lambda row: row[:2])
    ]
    return rows, "The scorecard judges no service in its scope."


def _initiative(view: View, it: Widget) -> _Found:
    progress = view.progress.get(it.initiative or "")
    if progress is None:
        return [], "There is no such initiative."
    words = f"{len(progress.done)} of {plural(progress.count, 'service')} done"
    row = Markup('<div class="ls-row"><span>{}</span><span>{}, ends {}</span></div>{}').format(
        view.far.name("initiative", progress.initiative.id),
        words,
        on(progress.initiative.due, view.now),
        share(progress.percent),
    )
    return [row], ""


def _runbooks(view: View, it: Widget) -> _Found:
    ids = dict.fromkeys(
        id for service in view.scopes[it.scope] for id in view.catalog.services[service].runbooks
    )
    known = [view.catalog.runbooks[id] for id in ids if id in view.catalog.runbooks]
    rows = [
        Markup("{}<br>{}").format(view.far.name("runbook", each.id), marks(view.trust(each), view.now))
        for each in sorted(known, key=lambda each: view.trust(each).rank)
    ]
    return rows, "These services name no runbook."


def _expiring(view: View, it: Widget) -> _Found:
    scope = set(view.scopes[it.scope])
    rows = [
        Markup('<div class="ls-row"><span>{}</span><span>{}</span></div>').format(
            each.what, on(each.day, view.now)
        )
        for each in due(view, view.far)
        if scope.intersection(each.services)
    ]
    return rows, "Nothing ends within 60 days."


_WIDGETS: Mapping[str, tuple[str, Callable[[View, Widget], _Found]]] = {
    "text": ("Note", _text),
    "on-call": ("On call now", _on_call),
    "services": ("Services", _services),
    "scorecard": ("Scorecard", _scorecard),
    "initiative": ("Initiative", _initiative),
    "runbooks": ("Runbooks", _runbooks),
    "expiring": ("Ends soon", _expiring),
}
