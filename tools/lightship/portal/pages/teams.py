"""A page for each team: who is on call for it, what it owns, how that stands, who is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.catalog.kinds.team import Team
from lightship.oncall.current import escalation
from lightship.portal import happening
from lightship.portal.lists import Column, Facet, List, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import Contact, slack, state
from lightship.portal.rows import service_rows
from lightship.portal.view import View
from lightship.portal.words import plural
from lightship.scorecards.outcome import Outcome
from lightship.scorecards.people import active


def pages(view: View) -> Iterator[Page]:
    """The list, and a page a team."""
    yield Page("teams/", "Teams", "teams", "index.html", lambda: index(view))
    for team in view.catalog.teams.values():
        services = plural(len(view.services_of.get(team.id, ())), "service")
        found = SearchEntry(team.label, "team", services, f"{team.id} {team.slack or ''}")
        yield Page(team.url, team.label, "teams", "team.html", partial(context, view, team), search=found)


def index(view: View) -> dict[str, Any]:
    """All teams, by name."""
    rows = List(
        ("team", "teams"),
        "Teams",
        (
            Column("Services", "num"),
            Column("People", "num"),
            Column("On call now", narrow=False),
            Column("Rules failed", "num"),
        ),
        (Facet("parent", "Part of"),),
        tuple(_row(view, each) for each in sorted(view.catalog.teams.values(), key=lambda each: each.label)),
    )
    return {
        "title": "Teams",
        "lead": "",
        "rows": rows,
        "graph": "",
        "kind": "team",
        "empty": "Here you would find who answers for what. A team is a file in catalog/teams/.",
    }


def _kept(view: View, team: Team) -> tuple[str, ...]:
    """The schedules that the team names, and those that name it."""
    named = view.catalog.graph.named_by("team", team.id, "schedule", "team")
    return tuple(id for id in dict.fromkeys((*team.schedules, *named)) if id in view.duties)


def _row(view: View, team: Team) -> Row:
    services = view.services_of.get(team.id, ())
    people = [view.duties[id].current.person for id in _kept(view, team)]
    names = dict.fromkeys(view.catalog.people[id].label for id in people if id in view.catalog.people)
    fails = sum(each.fails for id in services for each in view.standings.of(id))
    parent = view.label("team", team.parent)
    cells = (len(services), len(team.members), ", ".join(names), fails)
    return Row(
        f"{team.id}/",
        team.label,
        team.description or "",
        cells,
        {"parent": parent} if parent else {},
        team.slack or "",
    )


def context(view: View, team: Team) -> dict[str, Any]:
    """Everything team.html needs."""
    pieces, graph = view.far, view.catalog.graph
    services = view.services_of.get(team.id, ())
    kept = _kept(view, team)
    parts = graph.named_by("team", team.id, "team", "parent")
    return {
        "root": pieces.root,
        "it": team,
        "parent": pieces.name("team", team.parent) if team.parent else "",
        "lead": pieces.name("person", team.lead) if team.lead else "",
        "manager": pieces.name("person", team.manager) if team.manager else "",
        "ways": _ways(team),
        "hours": _hours(team),
        "fires": happening.fires(view, view.incidents.open_of(services), pieces),
        "calls": [_call(view, id) for id in kept],
        "scores": _scores(view, services),
        "services": service_rows(view, services, pieces, owner=False),
        "services_words": plural(len(services), "service"),
        "members": [_member(view, id) for id in team.members],
        "members_words": plural(len(team.members), "person", "people"),
        "teams": pieces.names("team", parts),
        "written": pieces.file(team.path),
        "findings": pieces.findings(team.path, *(f"catalog/schedules/{id}.yaml" for id in kept)),
    }


def _ways(team: Team) -> list[Contact]:
    ways = [slack("#" + team.slack.lstrip("#"))] if team.slack else []
    if team.email:
        ways.append(Contact("Mail", f"mailto:{team.email}"))
    return ways + [Contact(link.title, link.url) for link in team.links]


def _hours(team: Team) -> str:
    hours = team.working_hours
    if hours is None:
        return ""
    days = (
        f"{hours.days[0].title()} to {hours.days[-1].title()}"
        if len(hours.days) > 2
        else ", ".join(hours.days).title()
    )
    return f"at work {days}, {hours.start:%H:%M} to {hours.end:%H:%M} in {hours.timezone}"


def _call(view: View, id: str) -> Markup:
    duty = view.duties[id]
    return view.cards.call(duty, escalation(view.catalog, view.duties, None, duty.schedule))


def _scores(view: View, services: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = []
    for card in view.scores.rulebook.cards:
        standings = [each for id in services for each in view.standings.of(id) if each.card is card]
        if not standings:
            continue
        levels = Counter(each.level for each in standings)
        names = ["No level yet", *(level.name or level.id for level in card.model.levels)]
        outcomes = Counter(outcome for each in standings for _, outcome in each.outcomes)
        rows.append(
            {
                "link": view.far.name("scorecard", card.id),
                "levels": ", ".join(f"{levels[name]} {name.lower()}" for name in names if levels[name]),
                "fails": outcomes[Outcome.FAIL],
                "no_data": outcomes[Outcome.NO_DATA],
            }
        )
    return rows


def _member(view: View, id: str) -> Markup:
    person = view.catalog.people.get(id)
    if person is None:
        return view.far.name("person", id)
    duty = [duty for duty in view.duties.values() if duty.current.person == id]
    mark = state("now", "on call") if duty else Markup("")
    if not active(person, view.today):
        mark = state("warn", "no longer here")
    return Markup('<div class="ls-row"><span>{} <small>{}</small></span><span>{}</span></div>').format(
        view.far.name("person", id), person.job or "", mark
    )
