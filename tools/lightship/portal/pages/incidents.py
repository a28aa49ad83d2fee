"""The list of incidents, open ones first, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.incidents.events import SEVERITIES
from lightship.incidents.incident import Incident
from lightship.portal.feeds import ATOM, JSON
from lightship.portal.incident import context
from lightship.portal.incidents import FOLDER, MARKS, ended_at, url
from lightship.portal.lists import Age, Column, Facet, List, Mark, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.view import View
from lightship.portal.words import lasted, plural, short, zone

_APART = ("mitigated", "resolved", "closed")  # states that are worth a chip of their own
_FACETS = (
    Facet("state", "State", ("open", *_APART)),
    Facet("severity", "Severity", SEVERITIES),
    Facet("type", "Type", ("incident", "drill")),
    Facet("team", "Team"),
    Facet("service", "Service"),
)
_COLUMNS = (
    Column("Severity", "state"),
    Column("State", "state"),
    Column("Services", "soft", narrow=False),
    Column("Team", "soft", narrow=False),
    Column("Began", "soft"),
    Column("Lasted", "num"),
)


def pages(view: View) -> Iterator[Page]:
    """The list, and a page an incident."""
    yield Page(f"{FOLDER}/", "Incidents", FOLDER, "index.html", partial(index, view))
    for incident in view.book.incidents.values():
        hit = ", ".join(_labels(view, incident))
        found = SearchEntry(
            incident.title, "incident", f"{incident.severity}, {hit}" if hit else incident.severity
        )
        yield Page(
            url(incident.id),
            incident.title,
            FOLDER,
            "incident.html",
            partial(context, view, incident.id),
            search=found,
        )


def index(view: View) -> dict[str, Any]:
    """All incidents, open ones first, then the latest."""
    open_ones = view.book.open
    rows = [
        _row(view, each) for each in (*open_ones, *(each for each in view.book.newest if not each.is_open))
    ]
    return {
        "title": "Incidents",
        "lead": _lead(view),
        "rows": List(("incident", "incidents"), "Incidents", _COLUMNS, _FACETS, tuple(rows)),
        "graph": "",
        "foot": Markup('For programs: <a href="../{}">JSON</a> and an <a href="../{}">Atom feed</a>').format(
            JSON, ATOM
        ),
        "kind": "",
        "empty": "Here you would find what broke, what was done, and what was learnt. `lightship incident declare` "
        "asks for what it needs, and takes less than a minute.",
    }


def _lead(view: View) -> str:
    burning = len(view.incidents.burning)
    if burning:
        return f"{plural(burning, 'incident')} {'is' if burning == 1 else 'are'} open; the worst comes first."
    return "Nothing is on fire." if view.book.incidents else ""


def _labels(view: View, incident: Incident) -> list[str]:
    services = view.catalog.services
    return [services[id].label if id in services else id for id in incident.services] + list(incident.labels)


def _teams(view: View, incident: Incident) -> tuple[str, ...]:
    owners = (view.catalog.services[id].owner for id in incident.services if id in view.catalog.services)
    return tuple(dict.fromkeys(view.label("team", owner) or owner for owner in owners))


def _row(view: View, incident: Incident) -> Row:
    teams, labels = _teams(view, incident), tuple(_labels(view, incident))
    end = ended_at(incident)
    began = incident.began_at.astimezone(zone(view.zone))
    length = Age(incident.began_at, view.now) if end is None else lasted(end - incident.began_at)
    cells = (
        Mark(f"sev {incident.severity.lower()}", incident.severity),
        Mark(MARKS[incident.state], incident.state),
        ", ".join(labels),
        ", ".join(teams),
        _clock(view, began),
        length if end is None or end >= incident.began_at else "ends too early",
    )
    facets: dict[str, str | tuple[str, ...]] = {
        "state": tuple(_states(incident)),
        "severity": incident.severity,
        "type": "drill" if incident.drill else incident.type,
        "team": teams,
        "service": labels,
    }
    drill = "drill" if incident.drill else incident.type if incident.type != "incident" else ""
    return Row(f"{incident.id}/", incident.title, drill, cells, facets, incident.id)


def _states(incident: Incident) -> Iterator[str]:
    if incident.is_open:
        yield "open"
    if incident.state in _APART:
        yield incident.state


def _clock(view: View, began: datetime) -> str:
    """The minute; of other years the day."""
    if began.year == view.today.year:
        return f"{began.day} {began:%b %H:%M}"
    return short(began.date())
