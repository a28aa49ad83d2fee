"""What happens now: incidents that are open, as the largest thing on a page; changes that were made or are planned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from markupsafe import Markup

from lightship.facts.records import Alert, Change
from lightship.incidents.incident import Incident
from lightship.portal.incidents import MARKS, ended_at, grade, link, mark
from lightship.portal.pieces import Pieces, address, state
from lightship.portal.view import View
from lightship.portal.words import lasted, when

_DAY = timedelta(days=1)
_AHEAD = timedelta(days=7)
_ROWS = 6
_SHOWN = 5
_WENT = {"failed": "fail", "rolled-back": "bad warn", "in-progress": "now", "planned": "info"}


def fires(view: View, incidents: Iterable[Incident], pieces: Pieces) -> Markup:
    """Open incidents, the worst first: what, how long, who leads, when the next update is due; nothing where none is."""
    open_ones = list(incidents)
    items = Markup().join(_fire(view, each, pieces) for each in open_ones[:_SHOWN])
    if len(open_ones) > _SHOWN:
        items += Markup(
            '<li class="more"><a href="{}incidents/?state=open">{} more are open</a></li>'
        ).format(pieces.root, len(open_ones) - _SHOWN)
    return Markup('<ul class="ls-fires">{}</ul>').format(items) if items else Markup()


def _fire(view: View, incident: Incident, pieces: Pieces) -> Markup:
    services = pieces.names("service", incident.services)
    drill = Markup(' <span class="tag strong">drill</span>') if incident.drill else ""
    next_update = view.incidents.next_update(incident)
    said = [view.incidents.leads(incident, pieces), *([next_update] if next_update else [])]
    return Markup(
        '<li class="{}{}"><div class="ls-fire"><span>{} {}{}</span>{}<a href="{}incidents/{}/">{}</a></div>'
        "<p>{}</p><p>{}</p></li>"
    ).format(
        f"{MARKS[incident.state]} {'minor' if incident.severity > 'SEV3' else 'major'}",
        " drill" if incident.drill else "",
        grade(incident.severity),
        mark(incident),
        drill,
        view.incidents.length(incident),
        pieces.root,
        incident.id,
        incident.title,
        Markup(" · ").join(said),
        Markup('<span class="soft">Hits</span> {}').format(services) if services else "",
    )


def calm(view: View, pieces: Pieces) -> Markup:
    """That nothing is on fire, and when something last was."""
    last = view.incidents.last
    if last is None:
        return Markup("Nothing is on fire. <code>lightship incident declare</code> says when something is.")
    end = ended_at(last)
    then = when(end, view.now, view.zone) if end else ""
    length = lasted(end - last.began_at) if end and end >= last.began_at else ""
    return Markup("Nothing is on fire. The last was {} {}, over {}{}.").format(
        grade(last.severity), link(last, pieces), then, f" after {length}" if length else ""
    )


def changed(view: View, pieces: Pieces) -> tuple[list[Markup], int]:
    """What was changed within 24 h, the latest first, and how many more there are."""
    start = view.now - _DAY
    found = [
        each for each in view.observed.changes if start <= each.at <= view.now and each.status != "planned"
    ]
    return [change(view, each, pieces) for each in found[::-1][:_ROWS]], max(len(found) - _ROWS, 0)


def planned(view: View, pieces: Pieces) -> tuple[list[Markup], int]:
    """What is planned within a week, the next first, and how many more there are."""
    end = view.now + _AHEAD
    found = [each for each in view.observed.changes if view.now < each.at <= end]
    return [change(view, each, pieces) for each in found[:_ROWS]], max(len(found) - _ROWS, 0)


def unchanged(view: View) -> Markup:
    """Why there is no change to show."""
    past = [each for each in view.observed.changes if each.at <= view.now]
    if not past:
        return Markup("No change is recorded at all. <code>lightship record change</code> tells of one.")
    return Markup("Nothing was changed in the last 24 h; the last change was {}.").format(
        when(past[-1].at, view.now, view.zone)
    )


def change(view: View, told: Change, pieces: Pieces, services: bool = True) -> Markup:
    """A row for a change: what, how it went, where, when."""
    href = address(told.url or "")
    title = (
        Markup('<a href="{}">{}</a>').format(href, told.title) if href else Markup("{}").format(told.title)
    )
    went = state(_WENT[told.status], told.status.replace("-", " ")) if told.status in _WENT else ""
    said = [told.kind, *([_author(pieces, told.author)] if told.author else [])]
    where = (
        Markup("{} · ").format(pieces.names("service", told.services)) if services and told.services else ""
    )
    return Markup(
        '<div class="ls-row"><span>{} {}</span><span><small>{}</small></span></div><small>{}{}</small>'
    ).format(title, went, when(told.at, view.now, view.zone), where, Markup(" · ").join(said))


def _author(pieces: Pieces, author: str) -> Markup:
    return pieces.name("person", author) if author in pieces.catalog.people else Markup("{}").format(author)


def alert(view: View, told: Alert) -> Markup:
    """A row for an alert: what fired, whether it still does, when."""
    href = address(told.url or "")
    name = Markup('<a href="{}">{}</a>').format(href, told.name) if href else Markup("{}").format(told.name)
    over = told.ended_at is not None and told.ended_at <= view.now
    now = state("over", "ended") if over else state("open", told.severity)
    return Markup('<div class="ls-row"><span>{} {}</span><span><small>{}</small></span></div>').format(
        name, now, when(told.at, view.now, view.zone)
    )
