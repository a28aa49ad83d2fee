"""Every escalation level of the catalog, and where it stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import Entity
from lightship.catalog.kinds.schedule import EscalationLevel
from lightship.catalog.rules import Keys


def escalations(catalog: Catalog) -> Iterator[tuple[Entity, Keys, EscalationLevel]]:
    """(service or schedule, key path, level), in the order written."""
    for entity in chain(catalog.services.values(), catalog.schedules.values()):
        for at, level in enumerate(entity.escalation):
            yield entity, ("escalation", at), level
