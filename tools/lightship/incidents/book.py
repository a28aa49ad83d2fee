"""Everything that the journal says, by what it is about: incidents, hand-overs, scores by the day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lightship.incidents.events import PREFIX
from lightship.incidents.fold import fold
from lightship.incidents.incident import Incident
from lightship.journal.entry import Entry


@dataclass(frozen=True)
class Book:
    """Incidents by id, in the order of their ids; other records by kind, in order. `tip` is the commit that was read."""

    tip: str = ""
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    records: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)

    @cached_property
    def newest(self) -> tuple[Incident, ...]:
        """All incidents, the latest declared first."""
        return tuple(
            sorted(self.incidents.values(), key=lambda each: (each.declared_at, each.id), reverse=True)
        )

    @cached_property
    def open(self) -> tuple[Incident, ...]:
        """Incidents that somebody works on, the worst first, then the longest."""
        found = (each for each in self.incidents.values() if each.is_open)
        return tuple(sorted(found, key=lambda each: (each.severity, each.began_at, each.id)))

    @cached_property
    def by_service(self) -> Mapping[str, tuple[Incident, ...]]:
        """Incidents by the service that they hit, the latest first."""
        found: dict[str, list[Incident]] = {}
        for incident in self.newest:
            for service in incident.services:
                found.setdefault(service, []).append(incident)
        return {service: tuple(hit) for service, hit in found.items()}


EMPTY = Book()


def by_subject(entries: Iterable[Entry]) -> tuple[dict[str, list[Entry]], dict[str, list[Entry]]]:
    """Entries of incidents by incident, and all others by kind."""
    incidents: dict[str, list[Entry]] = {}
    records: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind.startswith(PREFIX):
            incidents.setdefault(entry.subject, []).append(entry)
        else:
            records.setdefault(entry.kind, []).append(entry)
    return incidents, records


def book(entries: Iterable[Entry], tip: str = "") -> Book:
    """The book of `entries`, in whatever order they come."""
    told, records = by_subject(
        sorted({entry.id: entry for entry in entries}.values(), key=lambda each: each.id)
    )
    folded = {id: incident for id, those in sorted(told.items()) if (incident := fold(those)) is not None}
    return Book(tip, folded, {kind: tuple(those) for kind, those in sorted(records.items())})
