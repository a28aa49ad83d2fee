"""The files of the public status page, made of a `PublicView` and nothing else: pages, feed, JSON, style. Pure but for templates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from lightship.journal.entry import stamp
from lightship.plain import plural, span
from lightship.statuspage.public import DAYS, PublicIncident, PublicService, PublicView

_TEMPLATES = Path(__file__).parent / "templates"
_RECENT = timedelta(days=14)
_HEIGHTS = {"problem": 28, "maintenance": 20, "operational": 12, "unknown": 4}
_STATES = {
    "operational": "Operational",
    "maintenance": "Maintenance",
    "recovering": "Recovering",
    "problem": "Problems",
}
_HAVE = {
    "maintenance": ("is under maintenance", "are under maintenance"),
    "recovering": ("is recovering", "are recovering"),
    "problem": ("has problems", "have problems"),
}
_STEPS = {
    "incident": {
        "investigating": "Investigating",
        "identified": "Cause found",
        "monitoring": "Fixed, watching",
        "resolved": "Resolved",
    },
    "maintenance": {
        "scheduled": "Scheduled",
        "investigating": "In progress",
        "identified": "In progress",
        "monitoring": "In progress",
        "resolved": "Completed",
    },
    "notice": {"resolved": "Over"},
}


def files(view: PublicView) -> Mapping[str, bytes]:
    """What is published, by path."""
    environment = _environment(view)
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "index.html": ("index.html", {"recent": _by_day(view, _recent(view)), "older": len(view.past)}),
        "history.html": ("history.html", {"months": _by_month(view)}),
        "feed.atom": ("feed.j2", {"incidents": _newest(view), "updated": _updated(view)}),
    }
    made = {
        path: environment.get_template(template).render(view=view, **more).encode()
        for path, (template, more) in pages.items()
    }
    data = json.dumps(_as_json(view), ensure_ascii=False, indent=1)
    return {**made, "status.json": f"{data}\n".encode(), "style.css": (_TEMPLATES / "style.css").read_bytes()}


def _environment(view: PublicView) -> ImmutableSandboxedEnvironment:
    zone = ZoneInfo(view.zone)
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        headline=headline(view),
        state=overall(view),
        clock=lambda moment: _time(moment, zone),
        clock_text=lambda moment: _clock(moment, zone),
        lasted=lambda incident: span((incident.ended_at or view.now) - incident.began_at),
        step=step,
        word=_STATES.__getitem__,
        bars=_bars,
        summary=_summary,
        stamp=stamp,
        day_words=_day_words,
    )
    return environment


def headline(view: PublicView) -> str:
    """The one line that answers what people come for."""
    worst = overall(view)
    if worst == "operational":
        return "All systems operational"
    services = [service for group in view.groups for service in group.services]
    hit = [service for service in services if service.state == worst]
    if not hit:
        return next(each.title for each in view.open if each.sort != "notice")
    one, many = _HAVE[worst]
    return f"{len(hit)} of {plural(len(services), 'service')} {one if len(hit) == 1 else many}"


def overall(view: PublicView) -> str:
    """The worst of all services: operational, maintenance, recovering or problem."""
    order = list(_STATES)
    sorts = [
        "maintenance"
        if each.sort == "maintenance"
        else "recovering"
        if each.state == "monitoring"
        else "problem"
        for each in view.open
        if each.sort != "notice"
    ]
    return max(sorts, key=order.index, default="operational")


def step(incident: PublicIncident, state: str) -> str:
    """How far an incident is, in words; '' where a notice is simply there."""
    return _STEPS[incident.sort].get(state, "")


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M %Z}"


def _time(moment: datetime, zone: ZoneInfo) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(stamp(moment), _clock(moment, zone))


def _day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _recent(view: PublicView) -> list[PublicIncident]:
    return [each for each in view.past if (each.ended_at or view.now) > view.now - _RECENT]


def _by_day(view: PublicView, incidents: Sequence[PublicIncident]) -> list[tuple[str, list[PublicIncident]]]:
    zone = ZoneInfo(view.zone)
    grouped = groupby(incidents, key=lambda each: each.began_at.astimezone(zone).date())
    return [(_day_words(day), list(those)) for day, those in grouped]


def _by_month(view: PublicView) -> list[tuple[str, list[PublicIncident]]]:
    zone = ZoneInfo(view.zone)
    grouped = groupby(view.past, key=lambda each: f"{each.began_at.astimezone(zone):%B %Y}")
    return [(month, list(those)) for month, those in grouped]


def _newest(view: PublicView) -> list[PublicIncident]:
    told = [each for each in (*view.open, *view.scheduled, *view.past) if each.updates]
    return sorted(told, key=lambda each: (each.updates[0].at, each.id), reverse=True)[:50]


def _updated(view: PublicView) -> datetime:
    """When the feed last changed: a feed that says nothing new says so."""
    return max((each.updates[0].at for each in _newest(view)), default=view.now)


def _bars(service: PublicService) -> Markup:
    """A bar a day; how high it is says what its colour says. Days on which something was say so themselves."""
    plain: dict[str, list[str]] = {"unknown": [], "operational": []}
    named = Markup()
    for at, (day, state) in enumerate(service.days):
        height = _HEIGHTS[state]
        if state in plain:
            plain[state].append(f"M{6 * at} 28v-{height}h4v{height}z")
        else:
            named += Markup(
                '<rect class="{}" x="{}" y="{}" width="4" height="{}"><title>{}: {}</title></rect>'
            ).format(state, 6 * at, 28 - height, height, _day_words(day), state)
    paths = (f'<path class="{state}" d="{"".join(parts)}"/>' for state, parts in plain.items() if parts)
    return Markup(
        '<svg class="bars" viewBox="0 0 {} 28" preserveAspectRatio="none" aria-hidden="true">{}{}</svg>'
    ).format(6 * DAYS - 2, Markup("".join(paths)), named)


def _summary(service: PublicService) -> str:
    """What the bars say, in words."""
    known = [state for _, state in service.days if state != "unknown"]
    if not known:
        return "No records yet"
    bad, kept = known.count("problem"), known.count("maintenance")
    told = [f"problems on {plural(bad, 'day')}" if bad else "no problems"]
    if kept:
        told.append(f"maintenance on {plural(kept, 'day')}")
    words = f"{' and '.join(told)} in {plural(len(known), 'day')}"
    return words[0].upper() + words[1:]


def _as_json(view: PublicView) -> dict[str, Any]:
    return {
        "title": view.title,
        "state": overall(view),
        "headline": headline(view),
        "updated": stamp(view.now),
        "groups": [
            {
                "name": group.name,
                "services": [{"name": each.name, "state": each.state} for each in group.services],
            }
            for group in view.groups
        ],
        "open": [_incident(each) for each in view.open],
        "scheduled": [_incident(each) for each in view.scheduled],
        "past": [_incident(each) for each in view.past],
    }


def _incident(incident: PublicIncident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "title": incident.title,
        "type": incident.sort,
        "state": incident.state,
        "services": list(incident.services),
        "began": stamp(incident.began_at),
        "ended": stamp(incident.ended_at) if incident.ended_at else None,
        "updates": [
            {"at": stamp(each.at), "state": each.state, "text": each.text} for each in incident.updates
        ],
    }
