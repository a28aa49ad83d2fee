"""What figures are made of: incidents, changes, and what the catalog says of both. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.settings import Settings
from lightship.facts.records import Change
from lightship.incidents.incident import Incident


@dataclass(frozen=True)
class Evidence:
    """Everything there is, whatever the period that is asked for; `now` judges what is still open.

    `teams`: owner by service; `stages`: stage by environment; `merged`: paths of post-mortems on the main branch.
    """

    incidents: tuple[Incident, ...]
    settings: Settings
    now: datetime
    changes: tuple[Change, ...] = ()
    teams: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    merged: Container[str] = ()


def evidence(
    catalog: Catalog,
    incidents: Iterable[Incident],
    now: datetime,
    changes: Iterable[Change] = (),
    merged: Container[str] = (),
) -> Evidence:
    """The evidence of a portal: owners, stages and severities are those of `catalog`."""
    teams = {id: service.owner for id, service in catalog.services.items() if service.owner}
    stages = {id: environment.stage for id, environment in catalog.environments.items()}
    return Evidence(tuple(incidents), catalog.settings, now, tuple(changes), teams, stages, merged)
