"""Incidents as other pages name them: what is on fire, whose they are, and rows that look the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from markupsafe import Markup

from lightship.facts.records import Alert, Change
from lightship.incidents import postmortem
from lightship.incidents.deadlines import update_due
from lightship.incidents.incident import Incident
from lightship.incidents.promises import Promise, promises
from lightship.portal.pieces import Pieces, state
from lightship.portal.words import age, lasted, when

if TYPE_CHECKING:
    from lightship.portal.view import View

FOLDER = "incidents"
MARKS = {
    "declared": "open",
    "investigating": "open",
    "identified": "open",
    "mitigated": "mitigated",
    "resolved": "over",
    "closed": "over",
}
_FRESH = timedelta(days=30)  # an imported incident that never ended burns no longer than this
LAST = 5
"""Incidents, changes and alerts that the page of a service names."""
_Told = TypeVar("_Told", Change, Alert)
_JUST = timedelta(days=2)
_LIVE = 5
_WORST = 20
_BESIDE = 3
_OVER = ("resolved", "closed")


def url(id: str) -> str:
    """Where the page of an incident lies below the root."""
    return f"{FOLDER}/{id}/"


def ended_at(incident: Incident) -> datetime | None:
    """When it was over: resolved, or closed without that; None while it goes on."""
    if incident.is_open:
        return None
    stones = incident.milestones
    return next((stones[name].at for name in _OVER if name in stones), None)


def mark(incident: Incident) -> Markup:
    """Its state as shape, word and colour."""
    return state(MARKS[incident.state], incident.state)


def grade(severity: str) -> Markup:
    """A severity; the worse, the heavier."""
    return Markup('<span class="s sev {}">{}</span>').format(severity.lower(), severity)


def link(incident: Incident, pieces: Pieces, words: str = "") -> Markup:
    """Its title, or other `words`, leading to its page."""
    return Markup('<a href="{}{}">{}</a>').format(pieces.root, url(incident.id), words or incident.title)


def led(incident: Incident, pieces: Pieces) -> Markup:
    """Who led it to its end; empty for nobody."""
    last = next((held.person for held in reversed(incident.roles) if held.role == "commander"), "")
    return Markup("{} led").format(pieces.name("person", last)) if last else Markup()


class Incidents:
    """The book's incidents from where pages look at them."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._book = view.book
        self._now = view.now

    @cached_property
    def burning(self) -> tuple[Incident, ...]:
        """Real incidents that somebody works on, the worst first."""
        return tuple(each for each in self._book.open if self._burns(each))

    def _burns(self, incident: Incident) -> bool:
        fresh = incident.source is None or incident.declared_at > self._now - _FRESH
        return incident.counts and fresh

    @cached_property
    def last(self) -> Incident | None:
        """The last one that burned and is over."""
        over = (each for each in self._book.newest if not each.is_open and each.counts)
        return next(over, None)

    def is_live(self, incident: Incident) -> bool:
        """Whether people turn to it now: one of the worst that are open, or of the few that just ended."""
        return incident.id in self._live

    @cached_property
    def _live(self) -> frozenset[str]:
        ended = ((ended_at(each), each.id) for each in self._book.newest[: 5 * _LIVE])
        recent = sorted((end, id) for end, id in ended if end and self._now - _JUST < end <= self._now)
        return frozenset(
            (*(each.id for each in self._book.open[:_WORST]), *(id for _, id in recent[-_LIVE:]))
        )

    @cached_property
    def _changes(self) -> Mapping[str, list[Change]]:
        return _by_service(self._view.observed.changes)

    @cached_property
    def _alerts(self) -> Mapping[str, list[Alert]]:
        return _by_service(self._view.observed.alerts)

    def changes_of(self, service: str) -> tuple[Change, ...]:
        """The last changes of a service that took place, and those that are planned, the latest first."""
        return tuple(self._changes.get(service, ())[-LAST:][::-1])

    def alerts_of(self, service: str) -> tuple[Alert, ...]:
        """The last alerts of a service, the latest first."""
        return tuple(self._alerts.get(service, ())[-LAST:][::-1])

    @cached_property
    def parts_of(self) -> Mapping[str, tuple[Incident, ...]]:
        """Duplicates and merged ones by the incident that they belong to, the latest first."""
        found: dict[str, list[Incident]] = {}
        for incident in self._book.newest:
            if other := incident.duplicate_of or incident.merged_into:
                found.setdefault(other, []).append(incident)
        return {id: tuple(those) for id, those in found.items()}

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], int]:
        """Where an incident stands among those of its service."""
        by_service = self._book.by_service.items()
        return {
            (service, each.id): place for service, those in by_service for place, each in enumerate(those)
        }

    def beside(self, incident: Incident) -> tuple[Incident, ...]:
        """The nearest others on the same services, after it and before it, the latest first."""
        found: dict[str, Incident] = {}
        for service in incident.services:
            those = self._book.by_service.get(service, ())
            place = self._places.get((service, incident.id))
            if place is not None:
                near = (*those[max(place - _BESIDE, 0) : place], *those[place + 1 : place + 1 + _BESIDE])
                found |= {each.id: each for each in near}
        return tuple(sorted(found.values(), key=lambda each: (each.declared_at, each.id), reverse=True))

    @cached_property
    def open_by_service(self) -> Mapping[str, tuple[Incident, ...]]:
        """Open incidents by the service that they hit, the worst first; drills too, for they are marked."""
        found: dict[str, list[Incident]] = {}
        for incident in self._book.open:
            for service in incident.services:
                found.setdefault(service, []).append(incident)
        return {service: tuple(those) for service, those in found.items()}

    def open_of(self, services: Iterable[str]) -> tuple[Incident, ...]:
        """Open incidents that hit one of `services`, the worst first."""
        wanted = {each.id for id in services for each in self.open_by_service.get(id, ())}
        return tuple(each for each in self._book.open if each.id in wanted)

    @cached_property
    def roles_of(self) -> Mapping[str, tuple[tuple[str, Incident], ...]]:
        """Roles held in open incidents, by person."""
        found: dict[str, list[tuple[str, Incident]]] = {}
        for incident in self._book.open:
            for held in incident.roles:
                if held.until is None:
                    found.setdefault(held.person, []).append((held.role, incident))
        return {person: tuple(those) for person, those in found.items()}

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """What incidents promised and nobody has done yet, the earliest first."""
        merged = frozenset(map(postmortem.path, self._view.postmortems))
        settings = self._view.catalog.settings
        return promises(self._book.incidents.values(), settings, self._now, merged)

    @cached_property
    def owed_by(self) -> Mapping[str, tuple[Promise, ...]]:
        """Follow-ups and post-mortems that a person owes, by person."""
        found: dict[str, list[Promise]] = {}
        for promise in self.promises:
            if promise.who and promise.kind in ("follow-up", "postmortem"):
                found.setdefault(promise.who, []).append(promise)
        return {person: tuple(those) for person, those in found.items()}

    def length(self, incident: Incident) -> Markup:
        """How long it has been going on, or went on."""
        end = ended_at(incident)
        if end is None:
            return age(incident.began_at, self._now)
        if end < incident.began_at:
            return Markup('<span class="soft">ends before it begins</span>')
        return Markup("{}").format(lasted(end - incident.began_at))

    def row(self, incident: Incident, pieces: Pieces, below: Markup | str = "") -> Markup:
        """A row: severity, state, title and how long; `below` comes in small print."""
        drill = Markup(' <span class="tag strong">drill</span>') if incident.drill else ""
        end = ended_at(incident)
        then = self.length(incident) if end is None else when(end, self._now, self._view.zone)
        return Markup(
            '<div class="ls-row"><span>{} {}{} {}</span><span><small>{}</small></span></div>{}'
        ).format(
            grade(incident.severity),
            link(incident, pieces),
            drill,
            mark(incident),
            then,
            Markup("<small>{}</small>").format(below) if below else "",
        )

    def leads(self, incident: Incident, pieces: Pieces) -> Markup:
        """Who leads it, in words."""
        commander = incident.holder("commander")
        if commander:
            return Markup("{} leads").format(pieces.name("person", commander))
        needed = self._view.catalog.settings.severities.of(incident.severity).commander
        return state("bad", "nobody leads") if needed else Markup("nobody leads")

    def next_update(self, incident: Incident) -> Markup:
        """When the next update is due, in words; empty where none is asked for."""
        due = update_due(incident, self._view.catalog.settings)
        if due is None:
            return Markup()
        moment = when(due, self._now, self._view.zone)
        if due < self._now:
            return Markup('<span class="s bad">update was due {}</span>').format(moment)
        return Markup("next update due {}").format(moment)

    def owes(self, promise: Promise, pieces: Pieces) -> Markup:
        """What a promise is, with its incident as a link."""
        incident = self._book.incidents[promise.incident]
        if promise.kind == "follow-up":
            return Markup("{} <small>follow-up of {}</small>").format(promise.text, link(incident, pieces))
        return Markup("Post-mortem of {}").format(link(incident, pieces))

    def fixed(self, incident: Incident) -> str:
        """What fixed it, in words; '' where nobody said."""
        return f"Fixed by: {incident.fix}" if incident.fix else ""


def _by_service(told: Iterable[_Told]) -> dict[str, list[_Told]]:
    found: dict[str, list[_Told]] = {}
    for each in told:
        for service in each.services:
            found.setdefault(service, []).append(each)
    return found
