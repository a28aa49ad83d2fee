"""What pages rest on of the journal: the page of an incident, and what pages of entities say of incidents. Pure.

An incident's page rests on its entries, on what they name, and on the faces of the incidents beside it; that of one
that people turn to now rests on everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from lightship.incidents.acceptance import KIND
from lightship.incidents.incident import Incident
from lightship.portal.incidents import LAST, ended_at
from lightship.portal.view import View


class IncidentKeys:
    """Parts of keys; each is a text."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._incidents = view.incidents
        self._settings = repr(view.catalog.settings)
        self._known: dict[str, str] = {}

    @cached_property
    def _versions(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        return self._view.ledger.versions() if self._view.ledger else {}

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        """What everything of an id is called, and whose the services are."""
        catalog = self._view.catalog
        found: dict[str, str] = {}
        for kind, by_id in catalog.entities.items():
            for id, entity in by_id.items():
                owner = self._view.label("team", catalog.services[id].owner) if kind == "service" else ""
                found[id] = f"{found.get(id, '')}\2{kind} {entity.label} {owner}"
        return found

    @cached_property
    def _world(self) -> str:
        """Whatever a brief of now may rest on, to the hour."""
        view = self._view
        blobs = "".join(file.blob for file in view.catalog.source.files.values())
        return f"{view.now:%Y%m%d%H} {view.book.tip} {view.observed.commit} {view.facts.commit} {blobs}"

    def of(self, id: str) -> Iterator[str]:
        """What the page of the incident `id` rests on."""
        incident = self._view.book.incidents[id]
        digest, names = self._versions.get(id, (repr(incident), ()))
        yield digest
        yield self._settings
        yield self._world if self._incidents.is_live(incident) else ""
        yield self._view.postmortems.get(id, "")
        yield "\2".join([self._labels.get(name, "-") for name in names])
        yield from map(self._face, self._incidents.beside(incident))
        yield from map(self._face, self._incidents.parts_of.get(id, ()))
        others = (
            incident.duplicate_of,
            incident.merged_into,
            *(name for name in names if name.startswith("inc-")),
        )
        yield from self._faces(others)

    def _face(self, incident: Incident) -> str:
        if incident.id not in self._known:
            self._known[incident.id] = face(incident)
        return self._known[incident.id]

    def _faces(self, ids: Iterable[str]) -> Iterator[str]:
        return (self._face(found) for id in ids if (found := self._view.book.incidents.get(id)))

    def of_postmortem(self, id: str) -> Iterator[str]:
        """What the page of a post-mortem rests on: its text, and the head of its incident."""
        yield self._view.postmortems[id]
        yield self._settings
        if (incident := self._view.book.incidents.get(id)) is not None:
            yield face(incident)
            yield from (f"{held.role} {self._labels.get(held.person, '-')}" for held in incident.roles)

    def of_handover(self, id: str) -> Iterator[str]:
        """What the hand-over of the schedule `id` says beside the schedule itself; which one is nearest moves with the hours."""
        view, catalog = self._view, self._view.catalog
        yield f"{view.now:%Y%m%d%H} {view.observed.commit} {self._settings}"
        yield from (repr(each) for each in view.book.records.get(KIND, ()) if each.subject == id)
        services = catalog.graph.named_by("schedule", id, "service", "schedule")
        if not services:
            # Then it is about all that escalate to it, be it by their own schedules.
            yield f"{view.book.tip} {sorted(self._labels.items())}"
        wanted = frozenset(services or catalog.services)
        yield from (repr(each) for each in catalog.waivers.values() if each.service in wanted)
        for service in services:
            yield from self._open(self._incidents.open_by_service.get(service, ()))
            for incident in view.book.by_service.get(service, ()):
                yield f"{face(incident)} {incident.follow_ups}"

    def of_figures(self) -> Iterator[str]:
        """What figures rest on; the spans that they cover move with the hours."""
        view = self._view
        yield f"{view.now:%Y%m%d%H} {view.book.tip} {view.observed.commit} {self._settings}"
        yield f"{sorted(self._labels.items())} {sorted(view.postmortems)}"

    def around(self, kind: str, id: str) -> Iterator[str]:
        """What the page of an entity says of incidents, changes and alerts."""
        incidents = self._incidents
        if kind == "service":
            yield from self._open(incidents.open_by_service.get(id, ()))
            yield from map(face, self._view.book.by_service.get(id, ())[:LAST])
            yield from map(repr, incidents.changes_of(id))
            yield from map(repr, incidents.alerts_of(id))
            if (frozen := self._view.observed.frozen.get(id)) is not None:
                yield f"{frozen!r} {self._labels.get(frozen.by)}"
            yield repr([each for each in self._view.observed.maintenances if each.service == id])
        elif kind == "team":
            yield from self._open(incidents.open_of(self._view.services_of.get(id, ())))
        elif kind == "person":
            yield from (f"{role} {face(each)}" for role, each in incidents.roles_of.get(id, ()))
            yield from map(repr, incidents.owed_by.get(id, ()))
        elif kind == "runbook":
            uses = self._view.uses.get(id, ())
            yield from map(repr, uses)
            yield from self._faces(use.evidence for use in uses)

    def _open(self, those: Iterable[Incident]) -> Iterator[str]:
        """Open ones are shown with who leads them and when the next update is due."""
        for incident in those:
            yield face(incident)
            yield f"{self._labels.get(incident.holder('commander'), '-')} {incident.updates[-1:]} {self._settings}"


def face(incident: Incident) -> str:
    """What other pages show of an incident."""
    shown = (incident.id, incident.title, incident.severity, incident.state, incident.drill, incident.fix)
    return repr((*shown, incident.began_at, ended_at(incident), incident.services))
