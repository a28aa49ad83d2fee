"""The page of an incident: what it is and who leads first, then what to do, what happened, and what is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from lightship.catalog.settings import Settings
from lightship.incidents import postmortem
from lightship.incidents.deadlines import follow_up_due, local_day
from lightship.incidents.incident import FollowUp, Held, Incident, Moved
from lightship.portal import milestones
from lightship.portal.briefs import Brief
from lightship.portal.incidents import grade, led, mark
from lightship.portal.pieces import Contact, address, contacts, slack
from lightship.portal.view import View
from lightship.portal.words import minute, on, short, zone

_NEXT = {
    "declared": (("ack", ""), ("update", ' "What you know so far"'), ("mitigate", "")),
    "investigating": (("update", ' "What you found"'), ("mitigate", ""), ("resolve", ' "What fixed it"')),
    "identified": (("update", ' "What is being done"'), ("mitigate", ""), ("resolve", ' "What fixed it"')),
    "mitigated": (("update", ' "How it goes"'), ("resolve", ' "What fixed it"')),
}
_NEWEST = 8  # lines of an open incident's timeline that are unfolded


def context(view: View, id: str) -> dict[str, Any]:
    """Everything incident.html needs."""
    incident = view.incident(id)
    pieces = view.far
    timeline = [_line(view, moved) for moved in incident.timeline]
    newest = timeline[::-1]
    return {
        "root": pieces.root,
        "it": incident,
        "severity": grade(incident.severity),
        "mark": mark(incident),
        "length": view.incidents.length(incident),
        "kind": _kind(incident),
        "day": short(incident.declared_at.astimezone(zone(view.zone)).date()),
        "services": pieces.names("service", incident.services),
        **_head(view, incident),
        "commands": _commands(incident),
        "strip": milestones.strip(incident, view.now),
        "stones": milestones.stones(incident, view.now, view.zone, view.people),
        "timeline": newest[:_NEWEST] if incident.is_open else timeline,
        "earlier": newest[_NEWEST:] if incident.is_open else [],
        "roles": [_role(view, held) for held in incident.roles],
        "follow_ups": [_follow_up(view, incident, each) for each in incident.follow_ups],
        "related": list(_related(view, incident)),
        "runbooks": [_use(view, each.runbook, each.helped, each.note) for each in incident.runbooks],
        "postmortem": _postmortem(view, incident),
        "source": _source(incident),
        "then": Brief(incident.brief, view, pieces) if incident.brief else None,
        "brief": _now(view, incident),
    }


def _kind(incident: Incident) -> str:
    """What it is where it is no plain incident."""
    return "drill" if incident.drill else incident.type if incident.type != "incident" else ""


def _head(view: View, incident: Incident) -> dict[str, Any]:
    settings = view.catalog.settings
    commander = view.catalog.people.get(incident.holder("commander"))
    return {
        "leads": view.incidents.leads(incident, view.far) if incident.is_open else led(incident, view.far),
        "reach": contacts(commander) if commander and incident.is_open else (),
        "next_update": view.incidents.next_update(incident),
        "ways": list(_ways(incident)) if incident.is_open else [],
        "status": settings.status_page.url or "",
        "form": _form(settings) if incident.is_open else "",
        "declared": minute(incident.declared_at, view.now, view.zone),
        "by": _person(view, incident.declared_by, incident.verified),
        "labels": ", ".join(incident.labels),
    }


def _form(settings: Settings) -> str:
    """Where an incident is updated without a terminal; '' where no forge offers a form."""
    if settings.forge != "github" or not settings.repository:
        return ""
    return f"{settings.repository.rstrip('/')}/actions/workflows/update-incident.yml"


def _ways(incident: Incident) -> Iterator[Contact]:
    if incident.bridge:
        href = address(incident.bridge)
        yield Contact("Join the bridge" if href else f"Bridge: {incident.bridge}", href)
    if incident.channel:
        yield slack(incident.channel)


def _commands(incident: Incident) -> list[str]:
    """What to type next, the likeliest first."""
    if incident.is_open:
        return [f"lightship incident {verb} {incident.id}{rest}" for verb, rest in _NEXT[incident.state]]
    return []


def _person(view: View, label: str, verified: bool) -> Markup:
    """Who acted: a known person as a link, else the name as it was given, marked."""
    if verified and label in view.catalog.people:
        return view.far.name("person", label)
    return (
        Markup('{} <span class="tag">unverified</span>').format(label)
        if not verified
        else Markup("{}").format(label)
    )


def _line(view: View, moved: Moved) -> dict[str, Any]:
    late = (moved.recorded_at - moved.at).total_seconds() > 120
    return {
        "at": minute(moved.at, view.now, view.zone),
        "recorded": minute(moved.recorded_at, view.now, view.zone) if late else "",
        "by": _person(view, moved.by, moved.verified),
        "text": moved.text,
        "changes": Markup(" · ").join(_change(view, each) for each in moved.changes),
        "public": moved.public,
        "told": moved.is_update,
    }


def _change(view: View, text: str) -> Markup:
    """What changed; a person is named."""
    what, colon, person = text.partition(": ")
    if colon and person in view.catalog.people:
        return Markup("{}: {}").format(what, view.far.name("person", person))
    return Markup("{}").format(text)


def _role(view: View, held: Held) -> dict[str, Any]:
    return {
        "role": held.role,
        "person": view.far.name("person", held.person),
        "since": minute(held.since, view.now, view.zone),
        "until": minute(held.until, view.now, view.zone) if held.until else "",
    }


def _follow_up(view: View, incident: Incident, each: FollowUp) -> dict[str, Any]:
    settings = view.catalog.settings
    due = follow_up_due(each, incident, settings)
    return {
        "title": each.title,
        "href": address(each.url),
        "owner": view.far.name("person", each.owner) if each.owner else "",
        "due": on(due, view.now),
        "late": each.state == "open" and due < local_day(view.now, settings),
        "state": each.state,
    }


def _related(view: View, incident: Incident) -> Iterator[tuple[str, list[Markup]]]:
    """Duplicates, what was merged, and the nearest others on the same services."""
    book = view.book.incidents
    for words, id in (
        ("It is a duplicate of", incident.duplicate_of),
        ("It was merged into", incident.merged_into),
    ):
        if id:
            other = book.get(id)
            yield words, [view.incidents.row(other, view.far) if other else Markup("{}").format(id)]
    parts = [each for each in view.incidents.parts_of.get(incident.id, ()) if each.id != incident.id]
    if parts:
        yield "Told again as", [view.incidents.row(each, view.far) for each in parts]
    near = view.incidents.beside(incident)
    if near:
        yield (
            "On the same services",
            [view.incidents.row(each, view.far, view.incidents.fixed(each)) for each in near],
        )


def _use(view: View, runbook: str, helped: bool, note: str) -> Markup:
    word = Markup('<span class="s {}">{}</span>').format(
        "good" if helped else "fail", "helped" if helped else "did not help"
    )
    return Markup("{} {} <small>{}</small>").format(view.far.name("runbook", runbook), word, note)


def _postmortem(view: View, incident: Incident) -> dict[str, Any]:
    """Where its post-mortem stands, and a link where there is a text."""
    merged = frozenset(map(postmortem.path, view.postmortems))
    known = postmortem.standing(incident, view.catalog.settings, view.now, merged)
    has_text = incident.id in view.postmortems
    if known is None and not has_text:
        return {}
    return {
        "state": known.state if known else "published",
        "late": bool(known and known.late),
        "due": on(known.due, view.now) if known and known.due and known.state != "published" else "",
        "href": f"{view.far.root}postmortems/{incident.id}/"
        if has_text
        else address(incident.postmortem_path),
        "command": f"lightship postmortem draft {incident.id}",
    }


def _source(incident: Incident) -> dict[str, str]:
    """Where an imported one came from."""
    if not incident.source:
        return {}
    told = incident.source
    place = told.get("path") or told.get("key", "")
    return {"system": told.get("system", ""), "place": place, "href": address(told.get("url", ""))}


def _now(view: View, incident: Incident) -> Brief | None:
    told = view.brief(incident)
    return Brief(told, view, view.far) if told else None
