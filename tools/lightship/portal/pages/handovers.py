"""A page for each schedule's hand-over: who hands over to whom, what is open, what happened, what comes, and whether it is accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.catalog.kinds.schedule import Schedule
from lightship.incidents.acceptance import KIND
from lightship.incidents.handover import handover
from lightship.portal.incidents import link
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import state
from lightship.portal.view import View
from lightship.portal.words import at, clock, on, plural, span, when

FOLDER = "handovers"
_SHOWN = 8


def pages(view: View) -> Iterator[Page]:
    """One a schedule."""
    for schedule in view.catalog.schedules.values():
        title = f"Hand-over, {schedule.label}"
        found = SearchEntry(title, "hand-over", view.label("team", schedule.team), schedule.id)
        yield Page(
            f"{FOLDER}/{schedule.id}/",
            title,
            "oncall",
            "handover.html",
            partial(context, view, schedule),
            found,
        )


def context(view: View, schedule: Schedule) -> dict[str, Any]:
    """Everything handover.html needs."""
    told = handover(view.catalog, view.book, view.observed, schedule.id, view.now)
    moment = datetime.fromisoformat(told["at"]) if told["at"] else None
    happened = told["happened"]
    still_open = {each["id"] for each in told["open_incidents"]}
    return {
        "root": view.far.root,
        "schedule": view.far.name("schedule", schedule.id),
        "id": schedule.id,
        "zone": schedule.timezone,
        "title": _title(told, moment, view.now),
        "moment": moment,
        "now": view.now,
        "people": [_watch(view, told, side, schedule) for side in ("from", "to") if told[side]],
        "accepted": _accepted(view, told),
        "may_accept": told["to"] is not None,
        "taker": told["to"]["name"] if told["to"] else "",
        "open_title": plural(len(told["open_incidents"]), "open incident")
        if told["open_incidents"]
        else "Nothing is open",
        "open": [_incident(view, each) for each in told["open_incidents"]],
        "happened": [_incident(view, each) for each in happened["incidents"] if each["id"] not in still_open],
        "alerts": [_alert(view, each) for each in happened["alerts"][:_SHOWN]],
        "more_alerts": len(happened["alerts"]) - _SHOWN,
        "changes": [_change(view, each) for each in happened["changes"][:_SHOWN]],
        "more_changes": len(happened["changes"]) - _SHOWN,
        "follow_ups": [_follow_up(view, each) for each in told["follow_ups"]],
        "planned": [_change(view, each) for each in told["planned"]],
        "ending": [*map(partial(_waiver, view), told["ending"]["waivers"])],
        "gaps": [_gap(view, each, schedule) for each in told["gaps"]],
        "unknown": told["unknown"],
        "before": _before(view, schedule),
    }


def _title(told: Mapping[str, Any], moment: datetime | None, now: datetime) -> str:
    one, other = (told[side]["name"] if told[side] else "" for side in ("from", "to"))
    if moment is None:
        return "Nobody is known to hand over"
    past = moment <= now
    if not other:
        return f"{one} {'stopped' if past else 'stops'}, and nobody is known to go on"
    if not one:
        return f"{other} {'began' if past else 'begins'}, after nobody"
    return f"{one} {'handed' if past else 'hands'} over to {other}"


def _watch(view: View, told: Mapping[str, Any], side: str, schedule: Schedule) -> Markup:
    held, ahead = told[side], told["at"] > told["as_of"]
    name, phone = view.far.name("person", held["person"]), held["phone"]
    end = datetime.fromisoformat(held["since" if side == "from" else "until"])
    word = (
        f"{'has' if ahead else 'had'} it since"
        if side == "from"
        else f"{'will have' if ahead else 'has'} it until"
    )
    call = (
        Markup(' · <a href="tel:{}">Call {}</a>').format(phone.replace(" ", ""), phone) if phone else Markup()
    )
    return Markup("{} {} {}{}").format(name, word, at(end, view.now, schedule.timezone), call)


def _accepted(view: View, told: Mapping[str, Any]) -> Markup:
    held = told["accepted"]
    if held is None:
        return Markup()
    moment = datetime.fromisoformat(held["at"])
    note = Markup("<br>“{}”").format(held["note"]) if held["note"] else Markup()
    return Markup("{} by {}, {}{}").format(
        state("good", "accepted"),
        view.far.name("person", held["person"]) if held["verified"] else held["person"],
        when(moment, view.now, view.zone),
        note,
    )


def _incident(view: View, told: Mapping[str, Any]) -> Markup:
    """A row; what fixed it, or what was said last."""
    incident = view.book.incidents[told["id"]]
    below = incident.fix
    if incident.is_open:
        whole = view.incident(incident.id)
        last = next((each.text for each in reversed(whole.timeline) if each.text), "")
        below = f"last: {last}" if last else ""
    return view.incidents.row(incident, view.far, below)


def _alert(view: View, told: Mapping[str, Any]) -> Markup:
    ended = told["ended_at"]
    lasted = (
        f"{span(datetime.fromisoformat(ended) - datetime.fromisoformat(told['at']))} long"
        if ended
        else "still firing"
    )
    return Markup('<div class="ls-row"><span>{}{}</span><span><small>{}, {}</small></span></div>').format(
        Markup('<a href="{}">{}</a>').format(told["url"], told["name"]) if told["url"] else told["name"],
        _of(view, told["services"]),
        when(datetime.fromisoformat(told["at"]), view.now, view.zone),
        lasted,
    )


def _change(view: View, told: Mapping[str, Any]) -> Markup:
    moment = datetime.fromisoformat(told["at"])
    word = state("fail", told["status"]) if told["status"] in ("failed", "rolled-back") else told["kind"]
    return Markup('<div class="ls-row"><span>{}{}</span><span><small>{} {}</small></span></div>').format(
        Markup('<a href="{}">{}</a>').format(told["url"], told["title"]) if told["url"] else told["title"],
        _of(view, told["services"]),
        word,
        when(moment, view.now, view.zone),
    )


def _of(view: View, services: list[str]) -> Markup:
    return Markup(" <small>{}</small>").format(view.far.names("service", services)) if services else Markup()


def _follow_up(view: View, told: Mapping[str, Any]) -> Markup:
    due = on(date.fromisoformat(told["due"]), view.now)
    return Markup(
        '<div class="ls-row"><span>{} <small>{}</small><br><small>{}</small></span><span>{}</span></div>'
    ).format(
        told["title"],
        view.far.name("person", told["owner"]) if told["owner"] else "nobody owns it",
        link(view.book.incidents[told["incident"]], view.far),
        Markup('<span class="s bad warn">{}</span>').format(due) if told["overdue"] else due,
    )


def _waiver(view: View, told: Mapping[str, Any]) -> Markup:
    card = view.catalog.scorecards.get(told["scorecard"])
    rules = {rule.id: rule.title for rule in card.rules} if card else {}
    return Markup('<div class="ls-row"><span>{}: “{}”</span><span>{}</span></div>').format(
        view.far.name("service", told["service"]),
        rules.get(told["rule"], told["rule"]),
        on(date.fromisoformat(told["last_day"]), view.now),
    )


def _gap(view: View, told: Mapping[str, Any], schedule: Schedule) -> str:
    start, end = (datetime.fromisoformat(told[side]) for side in ("start", "end"))
    who = (
        f"{view.label('person', told['person']) or told['person']} has left: nobody"
        if told["person"]
        else "Nobody"
    )
    return f"{who} from {clock(start, view.now, schedule.timezone)} for {span(end - start)}"


def _before(view: View, schedule: Schedule) -> list[dict[str, Any]]:
    """The last ones that were accepted, the latest first."""
    entries = [each for each in view.book.records.get(KIND, ()) if each.subject == schedule.id]
    found = [
        {
            "at": at(moment, view.now, schedule.timezone),
            "from": view.far.name("person", str(each.data["from"])) if each.data.get("from") else "nobody",
            "to": view.far.name("person", str(each.data.get("to", "?"))),
            "accepted": at(each.recorded_at, view.now, schedule.timezone),
            "note": str(each.data.get("note", "")),
        }
        for each in reversed(entries)
        if (moment := _moment(each.data.get("at"))) is not None
    ]
    return found[:_SHOWN]


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
