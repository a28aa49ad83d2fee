"""Contexts for service.html: what many services share is made once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup, escape

from lightship.catalog.kinds.service import Service
from lightship.oncall.current import escalation
from lightship.portal import happening
from lightship.portal.incidents import LAST
from lightship.portal.pieces import TIERS, Contact, service_links, state
from lightship.portal.standings import Standing, prose
from lightship.portal.trust import marks
from lightship.portal.view import View
from lightship.portal.words import full, plural
from lightship.scorecards.outcome import Outcome

_IMPORTANCE = {"critical": "bad", "high": "warn", "medium": "info", "low": "info"}


class ServicePages:
    """Makes them."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._catalog = view.catalog
        self._calls: dict[Any, Markup] = {}
        self._ladders: dict[str, Markup] = {}
        self._steps: dict[tuple[int, Outcome, int], Markup] = {}
        self._heads: dict[tuple[str, str], str] = {}
        self._lines: dict[tuple[str, str], Markup] = {}

    def context(self, service: Service) -> dict[str, Any]:
        """Everything service.html needs."""
        view, pieces = self._view, self._view.far
        standings = view.standings.of(service.id)
        return {
            **self._plain(service),
            **self._around(service),
            **self._happening(service.id),
            "root": pieces.root,
            "system": pieces.name("system", service.system) if service.system else "",
            "team": pieces.name("team", service.owner),
            "links": _links(service_links(service)),
            "levels": self._levels(service.id, standings),
            "next": self._next(service),
            "call": self._call(service),
            "runbooks": _items(map(self._runbook, service.runbooks)),
            "findings": pieces.findings(service.path),
            "cards": Markup("".join([self._card(service, each) for each in standings])),
            "slos": _items(map(self._slo, service.slos)),
            "features": _items(map(self._feature, service.features)),
            "customers": pieces.names("customer", service.customers),
            "facts": self._facts(service),
        }

    def _plain(self, service: Service) -> dict[str, str]:
        return {
            "id": service.id,
            "name": service.name,
            "description": service.description or "",
            "lifecycle": service.lifecycle,
            "type": service.type,
            "tier": f"tier {service.tier}, {TIERS[service.tier]}" if service.tier else "",
            "file": service.path,
            "frozen": self._frozen(service.id),
            "maintenance": self._maintenance(service.id),
        }

    def _frozen(self, id: str) -> str:
        """Why nobody deploys it just now, since when, until when, and who said so."""
        found = self._view.observed.frozen.get(id)
        if found is None:
            return ""
        zone, person = self._view.zone, self._catalog.people.get(found.by)
        until = f" until {full(found.until, zone)}" if found.until else ""
        by = f", by {person.label if person else found.by}" if found.by else ""
        return f"{found.reason} (since {full(found.since, zone)}{until}{by})"

    def _maintenance(self, id: str) -> str:
        """What is being worked on just now, and until when."""
        zone = self._view.zone
        running = [each for each in self._view.observed.maintenances if each.service == id]
        return "; ".join(f"{each.title} (until {full(each.end, zone)})" for each in running)

    def _happening(self, id: str) -> dict[str, Markup]:
        """What is open, what was changed, and what broke lately with what fixed it."""
        view, pieces, incidents = self._view, self._view.far, self._view.incidents
        over = [each for each in view.book.by_service.get(id, ())[:LAST] if not each.is_open]
        return {
            "fires": happening.fires(view, incidents.open_by_service.get(id, ()), pieces),
            "incidents": _items(incidents.row(each, pieces, incidents.fixed(each)) for each in over),
            "changes": _items(
                happening.change(view, each, pieces, services=False) for each in incidents.changes_of(id)
            ),
            "alerts": _items(happening.alert(view, each) for each in incidents.alerts_of(id)),
        }

    def _around(self, service: Service) -> dict[str, Markup | str]:
        """Its neighbours: drawn, drawn wider, and as tables."""
        neighbours = self._view.neighbours
        graph, graph_words = neighbours.drawing(service)
        wide, far, wide_words = neighbours.wider(service)
        needs, needed = len(service.depends_on), len(self._catalog.graph.dependents[service.id])
        return {
            "graph": graph,
            "graph_words": graph_words,
            "wide": wide,
            "far": far,
            "wide_words": wide_words,
            "needs": neighbours.needs(service),
            "needs_words": f"Needs {plural(needs, 'service')}" if needs else "Needs nothing",
            "needed": neighbours.needed(service),
            "needed_words": f"{plural(needed, 'service needs', 'services need')} it"
            if needed
            else "Nothing needs it",
        }

    def _levels(self, id: str, standings: Sequence[Standing]) -> Markup:
        letters = self._view.scores.letters.get(id, "")
        if letters not in self._ladders:
            lines = [
                f'<a href="#{each.card.id}"><span class="soft">{escape(each.card.model.label)}</span>{each.ladder}</a>'
                for each in standings
            ]
            self._ladders[letters] = Markup("".join(lines))
        return self._ladders[letters]

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

    def _next(self, service: Service) -> Markup:
        found = self._view.standings.next_step(service.id)
        if found is None:
            return Markup()
        standing, rule, outcome = found
        key = (rule.index, outcome, len(standing.needed))
        if key not in self._steps:
            lead = "Next step" if outcome is Outcome.FAIL else "Next step: find out whether this holds"
            more = len(standing.needed) - 1
            rest = f", with {plural(more, 'more step')}" if more else ", the last step"
            self._steps[key] = Markup(
                '<h2>{}: {}</h2>{}<p class="small"><a href="#{}">For {} in {}{}</a></p>'
            ).format(
                lead,
                rule.model.title,
                prose(rule.model.fix),
                standing.card.id,
                standing.next_level,
                standing.card.model.label,
                rest,
            )
        return self._steps[key]

    def _card(self, service: Service, standing: Standing) -> str:
        shown, passed, count = self._view.standings.rows(service.id, standing)
        return f"{self._card_head(service.id, standing)}{shown}</ul>{self._passed(standing, passed, count)}</section>"

    def _card_head(self, id: str, standing: Standing) -> str:
        key = (standing.card.id, self._view.scores.letters[id])
        if key not in self._heads:
            next_ = Markup()
            if standing.needed:
                more = f", then {len(standing.needed) - 1} more" if len(standing.needed) > 1 else ""
                next_ = Markup("<p>For {}: {}{}.</p>").format(
                    standing.next_level, standing.needed[0].model.title, more
                )
            self._heads[key] = Markup(
                '<section class="ls-card" id="{}"><header><h3>{}</h3>{}</header>{}<ul class="ls-rules">'
            ).format(
                standing.card.id, self._view.far.name("scorecard", standing.card.id), standing.ladder, next_
            )
        return self._heads[key]

    def _passed(self, standing: Standing, passed: Markup, count: int) -> str:
        if not count:
            return ""
        rest = sum(outcome is Outcome.NOT_APPLICABLE for _, outcome in standing.outcomes)
        words = plural(count, "rule passes", "rules pass") + (f", {rest} do not apply" if rest else "")
        return f'<details><summary>{words}</summary><ul class="ls-rules">{passed}</ul></details>'

    def _runbook(self, id: str) -> Markup:
        if ("runbook", id) not in self._lines:
            name = self._view.far.name("runbook", id)
            runbook = self._catalog.runbooks.get(id)
            line = name
            if runbook:
                alerts = ", ".join(runbook.alerts)
                line = Markup('<span class="ls-big">{}</span><br>{}{}').format(
                    name,
                    marks(self._view.trust(runbook), self._view.now),
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

    def _facts(self, service: Service) -> Markup:
        pieces, known = self._view.far, service.integrations
        found: list[tuple[str, str]] = [
            ("Environments", pieces.names("environment", service.environments)),
            ("PagerDuty", (known.pagerduty.service_id or "") if known.pagerduty else ""),
            ("Dynatrace", (known.dynatrace.entity or "") if known.dynatrace else ""),
            ("Argo CD", known.argocd.application if known.argocd else ""),
            ("AWS", " ".join(filter(None, (known.aws.account, known.aws.region))) if known.aws else ""),
            ("Status page", known.statuspage.component if known.statuspage else ""),
            ("Formerly", ", ".join(service.formerly)),
            ("Tags", ", ".join(service.tags)),
            ("Written in", pieces.file(service.path)),
        ]
        rows = [f"<div><dt>{term}</dt><dd>{escape(value)}</dd></div>" for term, value in found if value]
        return Markup("".join(rows))


def _items(rows: Iterable[Markup]) -> Markup:
    return Markup("".join([f"<li>{row}</li>" for row in rows]))


def _links(links: Iterable[Contact]) -> Markup:
    return Markup(
        "".join(
            [
                f'<a href="{escape(link.href)}">{escape(link.text)}</a>'
                if link.href
                else f"<span>{escape(link.text)}</span>"
                for link in links
            ]
        )
    )
