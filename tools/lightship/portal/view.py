"""What the pages share, worked out once for a portal: pieces, duties, cards, standings, neighbours, trust."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from lightship.actions.standing import Standing
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.runbook import Runbook
from lightship.facts.records import NOTHING, Observed
from lightship.facts.snapshot import Snapshot
from lightship.finding import Finding
from lightship.incidents.book import EMPTY, Book
from lightship.incidents.brief import brief
from lightship.incidents.incident import Incident
from lightship.incidents.known import gather
from lightship.incidents.ledger import Ledger
from lightship.incidents.trust import Proof, Trust, trust, used
from lightship.oncall.current import Duty, duties
from lightship.portal.cards import Cards
from lightship.portal.incidents import Incidents
from lightship.portal.neighbours import Neighbours
from lightship.portal.pieces import Pieces
from lightship.portal.progress import Progress, progress
from lightship.portal.standings import Standings
from lightship.scorecards.context import Contexts
from lightship.scorecards.evidence import Evidence
from lightship.scorecards.scope import scoped
from lightship.scorecards.score import Scores


class View:
    """`far` are the pieces of entity pages (two folders deep), `near` of lists (one), `home` of the root.

    `findings` are iterated only where a page shows them, and may be so several times.
    `book` is the journal without long texts, `ledger` where the whole of an incident is read, one by one.
    `postmortems` are texts in Markdown by incident. `requests` are those for actions, by id; `unasked` says why the forge
    could not be asked for them, '' where it was.
    """

    def __init__(
        self,
        catalog: Catalog,
        facts: Snapshot,
        scores: Scores,
        findings: Iterable[Finding],
        now: datetime,
        book: Book = EMPTY,
        ledger: Ledger | None = None,
        observed: Observed = NOTHING,
        postmortems: Mapping[str, str] | None = None,
        requests: Mapping[str, Standing] | None = None,
        unasked: str = "",
    ) -> None:
        self.catalog = catalog
        self.scores = scores
        self._findings = findings
        self.now = now
        self.zone = catalog.settings.timezone
        self.facts = facts
        self.book = book
        self.observed = observed
        self.postmortems = postmortems or {}
        self.requests = requests or {}
        self.unasked = unasked
        self._ledger = ledger
        self._reader: tuple[int, Ledger] | None = None
        self._trust: dict[str, Trust] = {}

    @cached_property
    def found(self) -> tuple[Finding, ...]:
        """Everything that is wrong with the catalog."""
        return tuple(self._findings)

    def incident(self, id: str) -> Incident:
        """The whole of an incident of the book; without a ledger, what the book says of it."""
        whole = self.ledger.incident(id) if self.ledger else None
        return whole or self.book.incidents[id]

    @property
    def ledger(self) -> Ledger | None:
        """The journal's ledger, for this process: pages may be rendered by a second one, which opens its own."""
        if self._ledger is None:
            return None
        if self._reader is None or self._reader[0] != os.getpid():
            self._reader = (os.getpid(), self._ledger.anew())
        return self._reader[1]

    def brief(self, incident: Incident) -> Mapping[str, Any] | None:
        """The brief as it is now; None for an incident that is long over: it would tell of other things."""
        if not self.incidents.is_live(incident):
            return None
        known = gather(incident, self.catalog, self.ledger, self.observed, self.facts)
        return brief(incident, known, self.now)

    @property
    def today(self) -> date:
        """The day of `now`, in UTC."""
        return self.now.astimezone(UTC).date()

    @cached_property
    def far(self) -> Pieces:
        """Pieces for pages two folders deep."""
        return Pieces(self.catalog, self._findings, "../../")

    @cached_property
    def near(self) -> Pieces:
        """Pieces for pages one folder deep."""
        return Pieces(self.catalog, self._findings, "../")

    @cached_property
    def home(self) -> Pieces:
        """Pieces for the page at the root."""
        return Pieces(self.catalog, self._findings, "")

    @cached_property
    def duties(self) -> Mapping[str, Duty]:
        """Who is on call, by schedule."""
        return duties(self.catalog, self.now, self.observed)

    @cached_property
    def incidents(self) -> Incidents:
        """The journal's incidents, from where pages look at them."""
        return Incidents(self)

    @cached_property
    def cards(self) -> Cards:
        """On-call cards for pages two folders deep."""
        return Cards(self.far, self.now, self.zone)

    @cached_property
    def standings(self) -> Standings:
        """Levels, next steps and rules; links are for pages two folders deep."""
        evidence = Evidence(self.catalog, self.facts, self.scores, self.now)
        return Standings(self.scores, evidence, self.far)

    @cached_property
    def contexts(self) -> Contexts:
        """What the conditions of the scorecards see."""
        return Contexts(self.catalog, self.facts, self.scores.day, self.scores.rulebook.paths)

    @cached_property
    def neighbours(self) -> Neighbours:
        """Graphs; links are for the pages of services."""
        return Neighbours(self.catalog, self.far)

    def trust(self, runbook: Runbook) -> Trust:
        """Whether `runbook` can be relied on."""
        if runbook.id not in self._trust:
            self._trust[runbook.id] = trust(runbook, self.uses.get(runbook.id, ()), self.now)
        return self._trust[runbook.id]

    @cached_property
    def uses(self) -> Mapping[str, tuple[Proof, ...]]:
        """What incidents prove of runbooks, by runbook."""
        return used(self.book.incidents.values())

    @cached_property
    def scopes(self) -> Mapping[str, tuple[str, ...]]:
        """Judged services by every scope that an initiative or a dashboard names."""
        wanted = [each.scope for each in self.catalog.initiatives.values()]
        wanted += [widget.scope for each in self.catalog.dashboards.values() for widget in each.widgets]
        return scoped(self.catalog, self.facts, self.scores.day, self.scores.letters, wanted)

    @cached_property
    def progress(self) -> Mapping[str, Progress]:
        """How far every initiative is, by id."""
        return {
            id: progress(each, self.scores, self.scopes[each.scope])
            for id, each in self.catalog.initiatives.items()
        }

    def label(self, kind: str, id: str | None) -> str:
        """What an entity is called; '' where there is none of that id."""
        entity = self.catalog.entities[kind].get(id or "")
        return entity.label if entity else ""

    @cached_property
    def people(self) -> Mapping[str, str]:
        """Names of people, by id."""
        return {id: person.label for id, person in self.catalog.people.items()}

    @cached_property
    def services_of(self) -> Mapping[str, tuple[str, ...]]:
        """Services that are not retired, by the team that owns them."""
        owned: dict[str, list[str]] = {}
        for id, service in self.catalog.services.items():
            if service.lifecycle != "retired":
                owned.setdefault(service.owner, []).append(id)
        return {team: tuple(ids) for team, ids in owned.items()}

    @cached_property
    def teams_of(self) -> Mapping[str, tuple[str, ...]]:
        """Teams by member or lead."""
        teams: dict[str, list[str]] = {}
        for id, team in self.catalog.teams.items():
            for person in dict.fromkeys((*team.members, *((team.lead,) if team.lead else ()))):
                teams.setdefault(person, []).append(id)
        return {person: tuple(ids) for person, ids in teams.items()}
