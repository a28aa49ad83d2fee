"""The list of post-mortems, those that are late first, and a page for each that is written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.incidents import postmortem
from lightship.incidents.incident import Incident
from lightship.incidents.postmortem import STATES, Standing
from lightship.portal.incidents import grade, led, link, mark
from lightship.portal.lists import Column, Facet, List, Mark, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.postmortems import path
from lightship.portal.view import View
from lightship.portal.words import minute, plural, short
from lightship.portal.written import html

_MARKS = {"overdue": "bad", "due": "warn", "drafted": "info", "published": "pass"}
_COLUMNS = (
    Column("State", "state"),
    Column("Severity", "state"),
    Column("Team", "soft", narrow=False),
    Column("Due", "soft"),
)
_FACETS = (
    Facet("state", "State", STATES),
    Facet("severity", "Severity", ("SEV1", "SEV2", "SEV3", "SEV4", "SEV5")),
    Facet("team", "Team"),
)


def pages(view: View) -> Iterator[Page]:
    """The list, and a page a text."""
    yield Page("postmortems/", "Post-mortems", "postmortems", "index.html", partial(index, view))
    for id in view.postmortems:
        incident = view.book.incidents.get(id)
        title = f"Post-mortem: {incident.title if incident else id}"
        found = SearchEntry(title, "post-mortem", incident.severity if incident else "")
        yield Page(
            f"postmortems/{id}/",
            title,
            "postmortems",
            "postmortem.html",
            partial(context, view, id),
            search=found,
        )


def index(view: View) -> dict[str, Any]:
    """All that are due, drafted or published; the late ones first, then the latest."""
    merged = frozenset(map(path, view.postmortems))
    settings = view.catalog.settings
    found = []
    for incident in view.book.newest:
        known = postmortem.standing(incident, settings, view.now, merged)
        if known is not None:
            found.append((incident, known))
    found.sort(key=lambda each: STATES.index(each[1].state))
    late = sum(known.late for _, known in found)
    return {
        "title": "Post-mortems",
        "lead": f"{plural(late, 'is', 'are')} overdue." if late else "None is overdue." if found else "",
        "rows": List(
            ("post-mortem", "post-mortems"),
            "Post-mortems",
            _COLUMNS,
            _FACETS,
            tuple(_row(view, incident, known) for incident, known in found),
        ),
        "graph": "",
        "kind": "",
        "empty": "Here you would find what was learnt from incidents. `lightship postmortem draft` begins one from the "
        "timeline, and says where it goes.",
    }


def _row(view: View, incident: Incident, known: Standing) -> Row:
    services = view.catalog.services
    owners = (services[id].owner for id in incident.services if id in services)
    teams = tuple(dict.fromkeys(view.label("team", owner) or owner for owner in owners))
    cells = (
        Mark(_MARKS[known.state], known.state),
        Mark(f"sev {incident.severity.lower()}", incident.severity),
        ", ".join(teams),
        short(known.due) if known.due and known.state != "published" else "",
    )
    facets: dict[str, str | tuple[str, ...]] = {
        "state": known.state,
        "severity": incident.severity,
        "team": teams,
    }
    href = f"{incident.id}/" if incident.id in view.postmortems else f"../incidents/{incident.id}/"
    return Row(href, incident.title, "", cells, facets, incident.id)


def context(view: View, id: str) -> dict[str, Any]:
    """Everything postmortem.html needs."""
    incident = view.book.incidents.get(id)
    return {
        "root": view.far.root,
        "id": id,
        "title": incident.title if incident else id,
        "facts": _facts(view, incident) if incident else [],
        "body": html(view.postmortems[id]),
        "written": view.far.file(path(id)),
        "known": incident is not None,
    }


def _facts(view: View, incident: Incident) -> list[Markup]:
    """What sort of incident it was, in a line."""
    began = minute(incident.began_at, view.now, view.zone)
    facts = [
        Markup("{} {} {}").format(grade(incident.severity), mark(incident), view.incidents.length(incident)),
        Markup("began {}").format(began),
        led(incident, view.far),
        link(incident, view.far, "the incident"),
    ]
    return [fact for fact in facts if fact]
