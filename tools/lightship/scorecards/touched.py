"""Which services a change may touch: those that are made of anything that differs between two catalogs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import Entity
from lightship.oncall.people import mentions

_NAMED = ("runbooks", "slos", "environments", "features", "customers")
_ALWAYS = datetime.min.replace(tzinfo=UTC)


def touched(base: Catalog, head: Catalog) -> frozenset[str]:
    """Ids of the services of either catalog whose contexts may differ; all others have equal ones, for equal facts."""
    differ = {kind: frozenset(_differ(base, head, kind)) for kind in base.entities}
    renamed = (
        service for service in chain(base.services.values(), head.services.values()) if service.formerly
    )
    # Whose past a service has depends on others: where a change might alter that, nothing is taken for granted.
    if any(not differ["service"].isdisjoint((service.id, *service.formerly)) for service in renamed):
        return frozenset((*base.services, *head.services))
    return frozenset(chain(_affected(base, differ), _affected(head, differ)))


def _differ(base: Catalog, head: Catalog, kind: str) -> Iterator[str]:
    ours: Mapping[str, Entity] = base.entities[kind]
    theirs: Mapping[str, Entity] = head.entities[kind]
    yield from ours.keys() ^ theirs.keys()
    yield from (id for id in ours.keys() & theirs.keys() if base.blob(ours[id]) != head.blob(theirs[id]))


def _affected(catalog: Catalog, differ: Mapping[str, frozenset[str]]) -> Iterator[str]:
    changed, people = differ["service"], differ["person"]
    yield from changed
    for id in changed & catalog.services.keys():
        yield from (edge.service for edge in catalog.services[id].depends_on)
    teams = set(differ["team"])
    schedules = set(differ["schedule"])
    if people:
        teams.update(id for id, team in catalog.teams.items() if people & {*team.members, team.lead})
        schedules.update(
            id
            for id, schedule in catalog.schedules.items()
            if people & {mention.person for mention in mentions(schedule, _ALWAYS)}
        )
    named = [(name, ids) for name in _NAMED if (ids := differ[name.removesuffix("s")])]
    for id, service in catalog.services.items():
        if (
            service.owner in teams
            or service.schedule in schedules
            or service.system in differ["system"]
            or any(edge.service in changed for edge in service.depends_on)
            or any(not ids.isdisjoint(getattr(service, name)) for name, ids in named)
        ):
            yield id
