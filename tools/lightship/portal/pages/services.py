"""A page for each service."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from lightship.catalog.kinds.service import Service
from lightship.portal.pieces import TIERS, service_links, state
from lightship.portal.standings import Standing, prose
from lightship.portal.view import View
from lightship.portal.watch import escalation
from lightship.portal.words import plural
from lightship.scorecards.outcome import Outcome

_IMPORTANCE = {"critical": "bad", "high": "warn", "medium": "info", "low": "info"}


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
