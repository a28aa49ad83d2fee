"""The list of services, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from lightship.catalog.kinds.service import Service
from lightship.portal.lists import Column, Facet, Level, List, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.service import ServicePages
from lightship.portal.view import View
from lightship.scorecards.outcome import Outcome
from lightship.scorecards.rule import Card

_IMPORTANCE = {"critical": "bad", "high": "warn", "medium": "info", "low": "info"}


_FACETS = (
    Facet("tier", "Tier", ("1", "2", "3", "4", "none")),
    Facet("owner", "Owner"),
    Facet("system", "System"),
    Facet("state", "Lifecycle"),
)


def pages(view: View) -> Iterator[Page]:
    """The list, and a page a service."""
    yield Page("services/", "Services", "services", "index.html", partial(index, view))
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


def index(view: View) -> dict[str, Any]:
    """All services, what needs care first."""
    services = sorted(view.catalog.services.values(), key=lambda each: _care(view, each))
    cards = view.scores.rulebook.cards
    levels = [Column(card.model.label, "state", narrow=number == 0) for number, card in enumerate(cards)]
    rungs = [Facet(card.id, card.model.label, _rungs(card)) for card in cards]
    rows = List(
        ("service", "services"),
        "Services",
        (Column("Owner"), Column("Tier", "num"), *levels),
        (*_FACETS, *rungs),
        tuple(_row(view, each, cards) for each in services),
    )
    failing = sum(
        step[2] is Outcome.FAIL for id in view.scores.letters if (step := view.standings.next_step(id))
    )
    lead = f"{failing} of {len(view.scores.letters)} fail a rule on their way up; they come first."
    return {
        "title": "Services",
        "lead": lead if failing else "",
        "rows": rows,
        "graph": "",
        "kind": "service",
        "empty": "Here you would find everything that runs. A service is a file in catalog/services/ with two lines: name and owner.",
    }


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
        Level(each.rank, each.rungs, each.level) if (each := standings.get(card.id)) else None
        for card in cards
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
