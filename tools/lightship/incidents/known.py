"""What a brief rests on: the catalog, what was observed, and those of the journal's incidents that may matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.service import Service
from lightship.facts.records import NOTHING, Observed
from lightship.facts.snapshot import NONE, Snapshot
from lightship.incidents import words
from lightship.incidents.correlate import WINDOW
from lightship.incidents.incident import OPEN, Incident
from lightship.incidents.ledger import Ledger, Wanted
from lightship.incidents.reach import Needs, downstream, upstream

Subject = Incident | Service
RECENT = timedelta(weeks=6)  # how far back changes tell who knows a service
_LATER = timedelta(days=1)
_BEFORE, _AFTER = timedelta(hours=6), timedelta(hours=1)  # what caused others, and which alerts they had
_OWN, _NEAR, _ALIKE, _OPEN = 60, 40, 20, 50


@dataclass(frozen=True)
class Known:
    """`incidents`: those that are open, hit what the subject hits or what is next to it, or read alike.

    `alike` is their BM25 by id: how much their texts have in common with the subject's.
    """

    catalog: Catalog
    observed: Observed = NOTHING
    facts: Snapshot = NONE
    incidents: tuple[Incident, ...] = ()
    alike: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def needs(self) -> Needs:
        """What each service depends on, as far as the catalog holds it."""
        services = self.catalog.services
        return {
            id: tuple(each for each in service.depends_on if each.service in services)
            for id, service in services.items()
        }


def gather(
    subject: Subject,
    catalog: Catalog,
    ledger: Ledger | None = None,
    observed: Observed = NOTHING,
    facts: Snapshot = NONE,
) -> Known:
    """What is known around `subject`, from the ledger only what is needed: it costs no more however long the journal is."""
    known = Known(catalog, observed, facts)
    if ledger is None:
        return known
    services = services_of(subject)
    alike = dict(ledger.alike(words_of(subject), _ALIKE))
    near = {id for service in services for id in neighbours(known.needs, service)}
    found = (
        *ledger.outlines(Wanted(states=OPEN), _OPEN),
        *ledger.outlines(Wanted(services=services), _OWN),
        *ledger.outlines(Wanted(services=near), _NEAR),
        *ledger.outlines(Wanted(ids=alike), _ALIKE),
    )
    incidents = tuple({each.id: each for each in found}.values())
    return Known(catalog, observed, facts, incidents, alike)


def spans(
    subject: Subject, incidents: Iterable[Incident], now: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """When something may have happened that matters: lately, and around the incidents that it is compared with."""
    services = set(services_of(subject))
    compared = [
        incident for incident in incidents if incident.cause or services.intersection(incident.services)
    ]
    about = [subject.began_at] if isinstance(subject, Incident) else []
    return (
        (now - RECENT, now + _LATER),
        *((began - WINDOW, began + _LATER) for began in about),
        *((each.began_at - _BEFORE, each.began_at + _AFTER) for each in compared),
    )


def services_of(subject: Subject) -> tuple[str, ...]:
    """The services that it is about."""
    return subject.services if isinstance(subject, Incident) else (subject.id,)


def words_of(subject: Subject) -> tuple[str, ...]:
    """What it is looked up by in the texts of incidents; of a service nothing is said."""
    return words.of_incident(subject) if isinstance(subject, Incident) else ()


def neighbours(needs: Needs, service: str) -> tuple[str, ...]:
    """What `service` needs and what needs it, directly."""
    return (*upstream(needs, service, 1), *downstream(needs, service, 1))
