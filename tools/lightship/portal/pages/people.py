"""The list of people, and a page for each: how to reach them, when they are on call, what they know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.catalog.kinds.person import Expertise, Person
from lightship.incidents.incident import Incident
from lightship.incidents.promises import Promise
from lightship.oncall.current import HORIZON
from lightship.portal.cards import buttons
from lightship.portal.lists import Column, Facet, List, Mark, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import contacts, state
from lightship.portal.rows import service_rows
from lightship.portal.view import View
from lightship.portal.words import at, on, plural, zone
from lightship.scorecards.people import active

_SHIFTS = 6
_SERVICES = 30


def pages(view: View) -> Iterator[Page]:
    """The list, and a page a person."""
    yield Page("people/", "People", "people", "index.html", partial(index, view))
    for person in view.catalog.people.values():
        teams = " ".join(view.catalog.teams[id].label for id in view.teams_of.get(person.id, ()))
        found = SearchEntry(
            person.name, "person", person.job or teams, f"{person.id} {person.github or ''} {teams}"
        )
        yield Page(
            person.url, person.name, "people", "person.html", partial(context, view, person), search=found
        )


def index(view: View) -> dict[str, Any]:
    """Everybody, those on call first."""
    on_call = {duty.current.person for duty in view.duties.values()}
    people = sorted(view.catalog.people.values(), key=lambda each: (each.id not in on_call, each.name))
    rows = List(
        ("person", "people"),
        "People",
        (Column("Team"), Column("Zone", "soft", narrow=False), Column("Now", "state")),
        (Facet("team", "Team"), Facet("role", "Role"), Facet("knows", "Knows"), Facet("now", "Now")),
        tuple(_row(view, each, each.id in on_call) for each in people),
    )
    return {
        "title": "People",
        "lead": f"{plural(len(on_call - {''}), 'person', 'people')} on call now.",
        "rows": rows,
        "graph": "",
        "kind": "person",
        "empty": "Here you would find who can be asked, called or trusted with an approval. A person is a file in catalog/people/.",
    }


def _row(view: View, person: Person, on_call: bool) -> Row:
    teams = tuple(view.catalog.teams[id].label for id in view.teams_of.get(person.id, ()))
    here = active(person, view.today)
    state = Mark("now", "on call") if on_call else None if here else Mark("info", "no longer here")
    facets: dict[str, str | tuple[str, ...]] = {
        "team": teams,
        "role": person.roles,
        "knows": tuple(each.topic for each in person.expertise if each.topic),
        "now": "on call" if on_call else "not on call" if here else "no longer here",
    }
    return Row(
        f"{person.id}/",
        person.name,
        person.job or "",
        (", ".join(teams), person.timezone, state),
        facets,
        " ".join(
            filter(
                None,
                (person.id, person.github, person.email, *(each.service or "" for each in person.expertise)),
            )
        ),
    )


def context(view: View, person: Person) -> dict[str, Any]:
    """Everything person.html needs."""
    pieces = view.far
    teams = view.teams_of.get(person.id, ())
    services = [id for team in teams for id in view.services_of.get(team, ())]
    duties, hours = _duties(view, person)
    local = view.now.astimezone(zone(person.timezone)).strftime("%H:%M") if person.timezone else ""
    return {
        "root": pieces.root,
        "it": person,
        "teams": pieces.names("team", teams),
        "marks": _marks(view, person),
        "local": local,
        "ways": buttons(contacts(person)),
        "duties": duties[:_SHIFTS],
        "duty_title": "On call now"
        if any(duty.current.person == person.id for duty in view.duties.values())
        else "On call next",
        "load": f"{hours:,.0f} hours on call in the next six weeks" if hours else "",
        "roles": [_leads(view, role, each) for role, each in view.incidents.roles_of.get(person.id, ())],
        "owes": [_owes(view, each) for each in view.incidents.owed_by.get(person.id, ())[:_SHIFTS]],
        "knows": [_knows(view, each) for each in person.expertise],
        "services": service_rows(view, services[:_SERVICES], pieces),
        "said": _said(view, person),
        "written": pieces.file(person.path),
        "findings": pieces.findings(person.path),
    }


def _marks(view: View, person: Person) -> list[Markup]:
    if not active(person, view.today):
        return [state("bad warn", "no longer here")]
    if any(duty.current.person == person.id for duty in view.duties.values()):
        return [state("now", "on call now")]
    return []


def _duties(view: View, person: Person) -> tuple[list[Markup], float]:
    found = []
    hours = 0.0
    for duty in view.duties.values():
        for turn in duty.turns:
            if turn.person == person.id and turn.end > view.now:
                found.append((turn.start, duty, turn))
                hours += (min(turn.end, view.now + HORIZON) - max(turn.start, view.now)) / timedelta(hours=1)
    rows = [
        Markup('<div class="ls-row"><span>{}</span><span>{} until {}</span></div>').format(
            view.far.name("schedule", duty.schedule.id),
            state("now", "now") if turn.holds(view.now) else at(start, view.now, view.zone),
            at(turn.end, view.now, view.zone),
        )
        for start, duty, turn in sorted(found, key=lambda each: each[0])
    ]
    return rows, hours


def _leads(view: View, role: str, incident: Incident) -> Markup:
    return view.incidents.row(incident, view.far, role)


def _owes(view: View, promise: Promise) -> Markup:
    day = on(promise.day, view.now)
    due = Markup('<span class="s bad">was due {}</span>' if promise.late else "due {}").format(day)
    return Markup('<div class="ls-row"><span>{}</span><span><small>{}</small></span></div>').format(
        view.incidents.owes(promise, view.far), due
    )


def _knows(view: View, known: Expertise) -> Markup:
    what = view.far.name("service", known.service) if known.service else known.topic or ""
    return Markup('<div class="ls-row"><span>{}</span><span><small>{}</small></span></div>').format(
        what, known.level
    )


def _said(view: View, person: Person) -> list[tuple[str, Any]]:
    pieces, graph = view.far, view.catalog.graph
    led = tuple(dict.fromkeys(graph.named_by("person", person.id, "team", "lead")))
    reports = graph.named_by("person", person.id, "person", "manager")
    said: list[tuple[str, Any]] = [
        ("Leads", pieces.names("team", led)),
        ("Reports to", pieces.name("person", person.manager) if person.manager else ""),
        ("Manages", pieces.names("person", reports)),
        ("Decides in their place", pieces.name("person", person.delegate) if person.delegate else ""),
        ("GitHub", person.github or ""),
        ("Here until", str(person.active_until or "")),
    ]
    return [(term, value) for term, value in said if value]
