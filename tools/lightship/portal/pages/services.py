"""The list of services, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.catalog.kinds.service import Service
from lightship.portal.lists import Column, Facet, Level, List, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import TIERS, service_links, state
from lightship.portal.standings import Standing, prose
from lightship.portal.view import View
from lightship.portal.watch import escalation
from lightship.portal.words import plural
from lightship.scorecards.outcome import Outcome
from lightship.scorecards.rule import Card

_IMPORTANCE = {"critical": "bad", "high": "warn", "medium": "info", "low": "info"}


def pages(view: View) -> Iterator[Page]:
    """The list, and a page a service."""
    yield index_page(view)
    made = ServicePages(view)
    for service in view.catalog.services.values():
        owner = view.catalog.teams.get(service.owner)
        words = f"{owner.label if owner else service.owner}{f', tier {service.tier}' if service.tier else ''}"
        hidden = " ".join((service.id, *service.formerly, *service.tags))
        found = SearchEntry(service.name, "service", words, hidden)
        yield Page(
            service.url,
            service.name,
            "services",
            "service.html",
            partial(made.context, service),
            search=found,
        )


def index_page(view: View) -> Page:
    """All services, what needs care first."""
    services = sorted(view.catalog.services.values(), key=lambda each: _care(view, each))
    cards = view.scores.rulebook.cards
    rows = List(
        ("service", "services"),
        "Services",
        (
            Column("Owner"),
            Column("Tier", "num"),
            *(Column(card.model.label, "state", narrow=number < 2) for number, card in enumerate(cards)),
        ),
        (
            Facet("tier", "Tier", ("1", "2", "3", "4", "none")),
            Facet("owner", "Owner"),
            Facet("system", "System"),
            Facet("state", "Lifecycle"),
            *(Facet(card.id, card.model.label, _rungs(card)) for card in cards),
        ),
        tuple(_row(view, each, cards) for each in services),
    )
    failing = sum(step[2] is Outcome.FAIL for id in view.scores.letters if (step := view.standings.next_step(id)))
    context = {
        "title": "Services",
        "lead": f"{failing} of {len(view.scores.letters)} fail a rule on their way up; they come first." if failing else "",
        "rows": rows,
        "graph": "",
        "kind": "service",
        "empty": "Here you would find everything that runs. A service is a file in catalog/services/ with two lines: name and owner.",
    }
    return Page("services/", "Services", "services", "index.html", lambda: context, list=rows.as_json())


def _care(view: View, service: Service) -> tuple[bool, float, int, str]:
    standings = view.standings.of(service.id)
    climbed = min((each.share for each in standings), default=2.0)
    return service.lifecycle == "retired", climbed, service.tier or 5, service.id


def _rungs(card: Card) -> tuple[str, ...]:
    return ("No level yet", *(level.name or level.id for level in card.model.levels))


def _row(view: View, service: Service, cards: Sequence[Card]) -> Row:
    catalog = view.catalog
    owner = catalog.teams.get(service.owner)
    system = catalog.systems.get(service.system or "")
    standings = {each.card.id: each for each in view.standings.of(service.id)}
    levels = [
        Level(each.rank, each.rungs, each.level) if (each := standings.get(card.id)) else None for card in cards
    ]
    facets: dict[str, str | tuple[str, ...]] = {
        "tier": str(service.tier or "none"),
        "owner": owner.label if owner else service.owner,
        "state": service.lifecycle,
        **({"system": system.label} if system else {}),
        **{id: each.level for id, each in standings.items()},
    }
    cells = (owner.label if owner else service.owner, service.tier, *levels)
    words = " ".join((service.id, *service.formerly, *service.tags))
    return Row(f"{service.id}/", service.name, _first_line(service.description), cells, facets, words)


def _first_line(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= 90 else line[:89].rsplit(" ", 1)[0] + " …"


class ServicePages:
    """Contexts for service.html; what many services share is made once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._catalog = view.catalog
        self._calls: dict[Any, Markup] = {}
        self._lines: dict[tuple[str, str], Markup] = {}

    def context(self, service: Service) -> dict[str, Any]:
        """Everything service.html needs."""
        view, pieces = self._view, self._view.far
        standings = view.standings.of(service.id)
        graph, graph_words = view.neighbours.drawing(service)
        wide, far, wide_words = view.neighbours.wider(service)
        needed = self._catalog.graph.dependents[service.id]
        return {
            "root": pieces.root,
            "it": service,
            "file": service.path,
            "system": pieces.name("system", service.system) if service.system else "",
            "team": pieces.name("team", service.owner),
            "tier_words": TIERS.get(service.tier or 0, ""),
            "links": service_links(service),
            "standings": standings,
            "next": self._next(service),
            "call": self._call(service),
            "runbooks": [self._runbook(id) for id in service.runbooks],
            "findings": pieces.findings(service.path),
            "graph": graph,
            "graph_words": graph_words,
            "wide": wide,
            "far": far,
            "wide_words": wide_words,
            "cards": [self._card(service, each) for each in standings],
            "needs": view.neighbours.needs(service),
            "needs_words": f"Needs {plural(len(service.depends_on), 'service')}" if service.depends_on else "Needs nothing",
            "needed": view.neighbours.needed(service) if needed else "",
            "needed_words": f"{plural(len(needed), 'service')} {'needs' if len(needed) == 1 else 'need'} it" if needed else "Nothing needs it",
            "slos": [self._slo(id) for id in service.slos],
            "features": [self._feature(id) for id in service.features],
            "customers": pieces.names("customer", service.customers),
            "facts": self._facts(service),
        }

    def _call(self, service: Service) -> Markup:
        view = self._view
        duty = view.duties.get(service.schedule or "")
        if duty is None:
            return view.cards.nobody(service, self._catalog.teams.get(service.owner))
        key = (duty.schedule.id, service.escalation)
        if key not in self._calls:
            steps = escalation(self._catalog, view.duties, service, duty.schedule)
            self._calls[key] = view.cards.call(duty, steps)
        return self._calls[key]

    def _next(self, service: Service) -> dict[str, Any] | None:
        found = self._view.standings.next_step(service.id)
        if found is None:
            return None
        standing, rule, outcome = found
        lead = "Next step" if outcome is Outcome.FAIL else "Next step: find out whether this holds"
        more = len(standing.needed) - 1
        return {
            "title": f"{lead}: {rule.model.title}",
            "fix": prose(rule.model.fix),
            "card": standing.card.id,
            "then": f"For {standing.next_level} in {standing.card.model.label}"
            + (f", with {plural(more, 'more step')}" if more else ", the last step"),
        }

    def _card(self, service: Service, standing: Standing) -> dict[str, Any]:
        rows = self._view.standings.rows(service.id, standing)
        passed, rest = len(rows["passed"]), len(rows["rest"])
        words = plural(passed, "rule passes", "rules pass")
        first = standing.needed[0].model.title if standing.needed else ""
        more = f", then {len(standing.needed) - 1} more" if len(standing.needed) > 1 else ""
        return {
            "id": standing.card.id,
            "link": self._view.far.name("scorecard", standing.card.id),
            "ladder": standing.ladder,
            "next": f"For {standing.next_level}: {first}{more}." if first else "",
            "open": Markup().join(rows["open"]),
            "waived": Markup().join(rows["waived"]),
            "passed": Markup().join(rows["passed"]),
            "passed_words": f"{words}, {rest} do not apply" if rest else words,
        }

    def _runbook(self, id: str) -> Markup:
        if ("runbook", id) not in self._lines:
            name = self._view.far.name("runbook", id)
            runbook = self._catalog.runbooks.get(id)
            line = name
            if runbook:
                alerts = ", ".join(runbook.alerts)
                line = Markup('<span class="ls-big">{}</span><br>{}{}').format(
                    name,
                    self._view.trust(runbook).marks,
                    Markup('<br><span class="small soft">Alerts: {}</span>').format(alerts) if alerts else "",
                )
            self._lines["runbook", id] = line
        return self._lines["runbook", id]

    def _slo(self, id: str) -> Markup:
        if ("slo", id) not in self._lines:
            name, slo = self._view.far.name("slo", id), self._catalog.slos.get(id)
            line = name
            if slo:
                what = f"{slo.objective:g} % {slo.indicator} over {slo.window.days} days"
                line = Markup('{}<br><span class="small soft">{}{}</span>').format(
                    name, what, f": {slo.threshold}" if slo.threshold else ""
                )
            self._lines["slo", id] = line
        return self._lines["slo", id]

    def _feature(self, id: str) -> Markup:
        if ("feature", id) not in self._lines:
            name, feature = self._view.far.name("feature", id), self._catalog.features.get(id)
            line = name
            if feature:
                line = Markup('{} {}<br><span class="small soft">{}</span>').format(
                    name, state(_IMPORTANCE[feature.importance], feature.importance), feature.impact or ""
                )
            self._lines["feature", id] = line
        return self._lines["feature", id]

    def _facts(self, service: Service) -> list[tuple[str, Any]]:
        pieces, known = self._view.far, service.integrations
        found: list[tuple[str, Any]] = [
            ("Environments", pieces.names("environment", service.environments)),
            ("PagerDuty", known.pagerduty.service_id if known.pagerduty else ""),
            ("Dynatrace", known.dynatrace.entity if known.dynatrace else ""),
            ("Argo CD", known.argocd.application if known.argocd else ""),
            ("AWS", " ".join(filter(None, (known.aws.account, known.aws.region))) if known.aws else ""),
            ("Status page", known.statuspage.component if known.statuspage else ""),
            ("Formerly", ", ".join(service.formerly)),
            ("Tags", ", ".join(service.tags)),
            ("File", service.path),
        ]
        return [(term, value) for term, value in found if value]
