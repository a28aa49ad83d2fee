"""Requests as pages show them: marks, names, who could still approve, what is granted. Links are for pages of `pieces`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from lightship.actions.requests import Grant
from lightship.actions.standing import Event, Standing
from lightship.catalog.kinds.request import Request
from lightship.portal import policies
from lightship.portal.incidents import link as incident_link
from lightship.portal.pieces import Pieces, state
from lightship.portal.view import View
from lightship.portal.words import at, when

FOLDER = "requests"
MARKS = {
    "pending": "no_data",
    "allowed": "pass",
    "begun": "info",
    "done": "pass",
    "simulated": "info",
    "in doubt": "bad",
    "failed": "fail",
    "denied": "fail",
    "expired": "bad warn",
    "cancelled": "info",
    "undone": "bad warn",
    "not known": "no_data",
}
SHORT = 6  # the last letters of an id, by which commands know it


def url(id: str) -> str:
    """The folder of its page, relative to the portal's root."""
    return f"{FOLDER}/{id}/"


def title(view: View, standing: Standing) -> str:
    """'Restart a service for Cart'; its id where its file is not here."""
    request = standing.request
    if request is None:
        return standing.id
    action = view.label("action", request.action) or request.action
    target = view.label("service", request.target) or request.target
    return f"{action} for {target}" if target else action


def link(view: View, standing: Standing, pieces: Pieces) -> Markup:
    """Its title as a link to its page."""
    return Markup('<a href="{}">{}</a>').format(pieces.root + url(standing.id), title(view, standing))


def mark(standing: Standing) -> Markup:
    """Its state."""
    return state(MARKS.get(standing.state, "info"), standing.state)


def requirements(standing: Standing, pieces: Pieces) -> Iterator[dict[str, Any]]:
    """Each requirement of the decision: how far it is met, who meets it as what, and who still could."""
    for each in standing.decided.get("requirements", ()):
        met = [
            Markup("{} <small>for {}</small>").format(
                pieces.name("person", held["person"]), policies.said(held["capacity"])
            )
            for held in each["satisfied_by"]
        ]
        enough = len(met) >= each["needed"]
        yield {
            "id": policies.said(each["id"]),
            "mark": state("pass" if enough else "no_data", f"{len(met)} of {each['needed']}"),
            "met": met,
            "could": "" if enough else pieces.names("person", each.get("could_satisfy", ())),
            "nobody": not enough and not each.get("could_satisfy") and not standing.is_over,
        }


def grants(view: View, pieces: Pieces) -> Iterator[dict[str, Any]]:
    """What is granted now, what ends first comes first: who has what, until when, and what says so."""
    found = sorted(
        (
            (end, standing, grant)
            for standing in view.requests.values()
            for grant in standing.course.takeable
            if (end := grant.expires_at) is not None
        ),
        key=lambda each: (each[0], each[1].id, each[2].step),
    )
    for end, standing, grant in found:
        late = end <= view.now
        yield {
            "who": pieces.name("person", grant.beneficiary) if grant.beneficiary else "",
            "what": _what(view, standing, grant),
            "request": link(view, standing, pieces),
            "ends": Markup("{} <small>{}</small>").format(
                when(end, view.now, view.zone), at(end, view.now, view.zone)
            ),
            "mark": _granted(grant, late),
            "late": late,
            "simulated": grant.simulated,
        }


def _what(view: View, standing: Standing, grant: Grant) -> Markup:
    """What was filled in, and the operation that grants it."""
    told = filled(view, standing.request) if standing.request else []
    words = " · ".join(f"{term}: {value}" for term, value in told)
    return Markup("{} <small><code>{}</code></small>").format(words, grant.uses)


def _granted(grant: Grant, late: bool) -> Markup:
    if grant.simulated:
        return state("info", "simulated")
    if late:
        return state("bad", "its time is over")
    return state("bad warn", "not certain") if grant.act.state != "done" else state("pass", "granted")


def reviews(view: View, pieces: Pieces) -> Iterator[dict[str, Any]]:
    """Uses of break-glass that nobody has looked at since, what is due first comes first."""
    waiting = [each for each in view.requests.values() if each.waits_for_review]
    for each in sorted(waiting, key=lambda one: (one.review_due or view.now, one.id)):
        request, due = each.request, each.review_due
        assert request is not None
        yield {
            "request": link(view, each, pieces),
            "by": pieces.name("person", request.requester),
            "reason": request.reason,
            "at": when(request.requested_at, view.now, view.zone),
            "due": when(due, view.now, view.zone) if due else "",
            "late": due is not None and due <= view.now,
        }


def event(view: View, each: Event) -> dict[str, Any]:
    """A line of the timeline."""
    return {
        "at": at(each.at, view.now, view.zone),
        "who": view.people.get(each.who, each.who),
        "what": each.what,
        "detail": each.detail,
    }


def incident(view: View, id: str | None, pieces: Pieces) -> Markup:
    """The incident that it names, as a link where the journal knows it."""
    if not id:
        return Markup()
    found = view.book.incidents.get(id)
    return incident_link(found, pieces) if found else Markup("{}").format(id)


def filled(view: View, request: Request) -> list[tuple[str, str]]:
    """What was filled in, in the order and by the titles that the action gives its inputs."""
    action = view.catalog.actions.get(request.action)
    schemas = action.properties if action else {}
    names = [name for name in schemas if name in request.inputs]
    names += [name for name in request.inputs if name not in schemas]
    return [(str(schemas.get(name, {}).get("title", name)), str(request.inputs[name])) for name in names]
