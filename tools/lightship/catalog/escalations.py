"""Every escalation level of the catalog, and where it stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.schedule import EscalationLevel, Schedule
from lightship.catalog.kinds.service import Service
from lightship.catalog.rules import Keys


def escalations(catalog: Catalog) -> Iterator[tuple[Service | Schedule, Keys, EscalationLevel]]:
    """(service or schedule, key path, level), in the order written."""
    entities: Iterator[Service | Schedule] = chain(catalog.services.values(), catalog.schedules.values())
    for entity in entities:
        for at, level in enumerate(entity.escalation):
            yield entity, ("escalation", at), level
