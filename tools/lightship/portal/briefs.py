"""A brief as it is kept in the journal or was just worked out, for brief.html. What does not look like one is left out.

A kept brief is whatever somebody recorded, so nothing is taken for granted: texts are texts, links are https.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup

from lightship.portal.incidents import grade, link
from lightship.portal.pieces import Contact, Pieces, address
from lightship.portal.view import View
from lightship.portal.words import minute

_MOST = 12  # rows of a part
_NAMED = ("customer", "feature", "slo", "initiative")


class Brief:
    """The parts of a brief, each a tuple of rows."""

    def __init__(self, told: Mapping[str, Any], view: View, pieces: Pieces) -> None:
        self._told = told
        self._view = view
        self._pieces = pieces

    @property
    def as_of(self) -> Markup:
        """When it was worked out."""
        return self._moment(self._told.get("as_of"))

    @property
    def owner(self) -> Markup:
        """The team that answers, and who leads it."""
        owner = self._told.get("owner")
        if not isinstance(owner, Mapping) or not _text(owner, "team"):
            return Markup()
        team = self._pieces.name("team", _text(owner, "team"))
        lead = _text(owner, "lead")
        return Markup("{}, led by {}").format(team, self._pieces.name("person", lead)) if lead else team

    @property
    def on_call(self) -> tuple[Markup, ...]:
        """Who is on call, a row a service and schedule."""
        return self._each("on_call", self._duty)

    def _duty(self, row: Mapping[str, Any]) -> Markup:
        person, phone = _text(row, "person"), _text(row, "phone")
        who = self._pieces.name("person", person) if person else Markup("nobody")
        if row.get("known") is False:
            who = Markup("not known here")
        call = (
            Markup(' <a class="nowrap" href="tel:{}">{}</a>').format(_digits(phone), phone) if phone else ""
        )
        schedule = _text(row, "schedule")
        what = self._pieces.name("schedule", schedule) if schedule else _text(row, "service")
        until = self._moment(row.get("until"))
        return Markup("{}{} <small>{}{}</small>").format(
            who, call, what, Markup(", until {}").format(until) if until else ""
        )

    @property
    def held(self) -> tuple[Markup, ...]:
        """What stands in the way of deploying, and what is worked on: freezes and maintenances that hold."""
        return (*self._each("frozen", self._frozen), *self._each("maintenance", self._maintenance))

    def _frozen(self, row: Mapping[str, Any]) -> Markup:
        name, by = self._pieces.name("service", _text(row, "service")), _text(row, "by")
        until = self._moment(row.get("until"))
        return Markup("{} is frozen{}: {} <small>{}</small>").format(
            name,
            Markup(" until {}").format(until) if until else "",
            _text(row, "reason"),
            Markup("by {}").format(self._pieces.name("person", by)) if by else "",
        )

    def _maintenance(self, row: Mapping[str, Any]) -> Markup:
        name, end = self._pieces.name("service", _text(row, "service")), self._moment(row.get("end"))
        return Markup("{} is in maintenance{}: {}").format(
            name, Markup(" until {}").format(end) if end else "", _text(row, "title")
        )

    @property
    def suspects(self) -> tuple[Markup, ...]:
        """Changes that may have caused it, the likeliest first, each with the reason."""
        return self._each("changes", self._change)

    def _change(self, row: Mapping[str, Any]) -> Markup:
        title = _linked(_text(row, "title") or _text(row, "id"), _text(row, "url"))
        author = _text(row, "author")
        said = [
            self._services(row),
            self._pieces.name("person", author) if author in self._view.people else author,
            _text(row, "purpose"),
        ]
        return Markup("<strong>{}</strong> {}<br>{}<small>{}</small>").format(
            title,
            self._moment(row.get("at")),
            Markup("{}<br>").format(reason) if (reason := _text(row, "reason")) else "",
            Markup(" · ").join(part for part in said if part),
        )

    @property
    def alerts(self) -> tuple[Markup, ...]:
        """Alerts that are open."""
        return self._each("alerts", self._alert)

    def _alert(self, row: Mapping[str, Any]) -> Markup:
        name = _linked(_text(row, "name") or _text(row, "id"), _text(row, "url"))
        return Markup("{} <small>{} {}</small>").format(
            name, self._services(row), self._moment(row.get("at"))
        )

    def radius(self, way: str) -> Markup:
        """Services up- or downstream, the nearest first; critical ones are marked."""
        held = self._told.get("blast_radius")
        rows = _rows(held.get(way)) if isinstance(held, Mapping) else ()
        return Markup(", ").join(self._near(row) for row in list(rows)[: 2 * _MOST])

    def _near(self, row: Mapping[str, Any]) -> Markup:
        name = self._pieces.name("service", _text(row, "service"))
        name = Markup("<strong>{}</strong>").format(name) if row.get("critical") is True else name
        hops = row.get("hops")
        away = Markup(" <small>{} steps</small>").format(hops) if isinstance(hops, int) and hops > 1 else ""
        return Markup("{}{}").format(name, away)

    @property
    def similar(self) -> tuple[Markup, ...]:
        """Incidents like it, and what fixed them."""
        return self._each("similar", self._alike)

    def _alike(self, row: Mapping[str, Any]) -> Markup:
        fix = _text(row, "fix")
        return Markup("{} {}<br>{}<small>{}</small>").format(
            self._incident(row),
            self._moment(row.get("at")),
            Markup("Fixed by: {}<br>").format(fix) if fix else "",
            _text(row, "reason"),
        )

    @property
    def open_incidents(self) -> tuple[Markup, ...]:
        """Others that are open there."""
        return self._each("open_incidents", self._incident)

    def _incident(self, row: Mapping[str, Any]) -> Markup:
        found = self._view.book.incidents.get(_text(row, "id"))
        if found is not None:
            return Markup("{} {}").format(grade(found.severity), link(found, self._pieces))
        return Markup("{} {}").format(_text(row, "severity"), _text(row, "title") or _text(row, "id"))

    @property
    def runbooks(self) -> tuple[Markup, ...]:
        """Runbooks that fit, with the first step."""
        return self._each("runbooks", self._runbook)

    def _runbook(self, row: Mapping[str, Any]) -> Markup:
        step = _text(row, "first_step")
        said = " · ".join(part for part in (_text(row, "reason"), _text(row, "trust")) if part)
        return Markup('<span class="ls-big">{}</span><br>{}<small>{}</small>').format(
            self._pieces.name("runbook", _text(row, "id")),
            Markup("First: {}<br>").format(step) if step else "",
            said,
        )

    @property
    def experts(self) -> tuple[Markup, ...]:
        """People who know it, and why we think so."""
        return self._each(
            "experts",
            lambda row: Markup("{} <small>{}</small>").format(
                self._pieces.name("person", _text(row, "person")), _text(row, "reason")
            ),
        )

    @property
    def hit(self) -> tuple[tuple[str, Markup], ...]:
        """What hangs on it: customers, features, objectives, initiatives."""
        titles = {
            "customer": "Customers",
            "feature": "Users lose",
            "slo": "Promises at stake",
            "initiative": "Under way",
        }
        found = []
        for kind in _NAMED:
            ids = [_text(row, "id") for row in _rows(self._told.get(f"{kind}s"))]
            if ids:
                found.append((titles[kind], self._pieces.names(kind, ids)))
        return tuple(found)

    @property
    def links(self) -> tuple[Contact, ...]:
        """Where to look next."""
        rows = list(_rows(self._told.get("links")))[:_MOST]
        return tuple(
            Contact(_text(row, "title") or _text(row, "url"), address(_text(row, "url"))) for row in rows
        )

    @property
    def unknown(self) -> tuple[str, ...]:
        """What is not known, each with its remedy."""
        told = self._told.get("unknown")
        return (
            tuple(text for text in told if isinstance(text, str))[:_MOST]
            if isinstance(told, list | tuple)
            else ()
        )

    def _each(self, key: str, row: Callable[[Mapping[str, Any]], Markup]) -> tuple[Markup, ...]:
        return tuple(row(each) for each in list(_rows(self._told.get(key)))[:_MOST])

    def _services(self, row: Mapping[str, Any]) -> Markup:
        told = row.get("services")
        ids = [id for id in told if isinstance(id, str)] if isinstance(told, list | tuple) else []
        return self._pieces.names("service", ids)

    def _moment(self, value: object) -> Markup:
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            return Markup()
        return minute(moment, self._view.now, self._view.zone)


def _rows(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list | tuple):
        yield from (each for each in value if isinstance(each, Mapping))


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _linked(text: str, url: str) -> Markup:
    href = address(url)
    return Markup('<a href="{}">{}</a>').format(href, text) if href else Markup("{}").format(text)


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter in "+0123456789")
