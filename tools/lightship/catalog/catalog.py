"""The catalog: every entity of a tree of files, typed, immutable and indexed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lightship.catalog.graph import Graph, Node, build
from lightship.catalog.kinds.base import Entity
from lightship.catalog.settings import Settings
from lightship.finding import Finding

if TYPE_CHECKING:
    from lightship.catalog.kinds.action import Action
    from lightship.catalog.kinds.customer import Customer
    from lightship.catalog.kinds.dashboard import Dashboard
    from lightship.catalog.kinds.environment import Environment
    from lightship.catalog.kinds.feature import Feature
    from lightship.catalog.kinds.initiative import Initiative
    from lightship.catalog.kinds.person import Person
    from lightship.catalog.kinds.policy import Policy
    from lightship.catalog.kinds.request import Request
    from lightship.catalog.kinds.runbook import Runbook
    from lightship.catalog.kinds.schedule import Schedule
    from lightship.catalog.kinds.scorecard import Scorecard
    from lightship.catalog.kinds.service import Service
    from lightship.catalog.kinds.slo import Slo
    from lightship.catalog.kinds.system import System
    from lightship.catalog.kinds.team import Team
    from lightship.catalog.kinds.waiver import Waiver
    from lightship.catalog.source import Source


@dataclass(frozen=True)
class Catalog:
    """Entities by kind and id (sorted by id), what could not be read, and where all came from.

    `findings` are those of reading and loading only, not yet located; rules add theirs (`rules.check`).
    """

    source: Source
    settings: Settings
    entities: Mapping[str, Mapping[str, Entity]]
    unreadable: frozenset[Node]
    findings: tuple[Finding, ...]

    @cached_property
    def graph(self) -> Graph:
        """Relations both ways."""
        return build(self.entities, self.unreadable)

    def blob(self, entity: Entity) -> str:
        """The git blob id of the entity's file."""
        return self.source.files[entity.path].blob

    def _of(self, kind: str) -> Mapping[str, Any]:
        return self.entities[kind]

    @property
    def services(self) -> Mapping[str, Service]:
        """Services by id."""
        return self._of("service")

    @property
    def systems(self) -> Mapping[str, System]:
        """Systems by id."""
        return self._of("system")

    @property
    def teams(self) -> Mapping[str, Team]:
        """Teams by id."""
        return self._of("team")

    @property
    def people(self) -> Mapping[str, Person]:
        """People by id."""
        return self._of("person")

    @property
    def environments(self) -> Mapping[str, Environment]:
        """Environments by id."""
        return self._of("environment")

    @property
    def schedules(self) -> Mapping[str, Schedule]:
        """Schedules by id."""
        return self._of("schedule")

    @property
    def runbooks(self) -> Mapping[str, Runbook]:
        """Runbooks by id."""
        return self._of("runbook")

    @property
    def initiatives(self) -> Mapping[str, Initiative]:
        """Initiatives by id."""
        return self._of("initiative")

    @property
    def features(self) -> Mapping[str, Feature]:
        """Features by id."""
        return self._of("feature")

    @property
    def customers(self) -> Mapping[str, Customer]:
        """Customers by id."""
        return self._of("customer")

    @property
    def slos(self) -> Mapping[str, Slo]:
        """Service level objectives by id."""
        return self._of("slo")

    @property
    def dashboards(self) -> Mapping[str, Dashboard]:
        """Dashboards by id."""
        return self._of("dashboard")

    @property
    def scorecards(self) -> Mapping[str, Scorecard]:
        """Scorecards by id."""
        return self._of("scorecard")

    @property
    def waivers(self) -> Mapping[str, Waiver]:
        """Waivers by id."""
        return self._of("waiver")

    @property
    def actions(self) -> Mapping[str, Action]:
        """Actions by id."""
        return self._of("action")

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Policies by id."""
        return self._of("policy")

    @property
    def requests(self) -> Mapping[str, Request]:
        """Requests by id."""
        return self._of("request")
