"""Rows that stand for services in the lists of other pages, what needs care first."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from lightship.portal.pieces import Pieces
from lightship.portal.view import View


def service_rows(view: View, ids: Iterable[str], pieces: Pieces) -> list[Markup]:
    """A row a service, what needs care first: name, tier, owner, and its lowest level."""
    return [service_row(view, id, pieces) for id in sorted(ids, key=lambda id: _care(view, id))]


def _care(view: View, id: str) -> tuple[float, int, str]:
    standings = view.standings.of(id)
    lowest = min((each.share for each in standings), default=2.0)
    return lowest, view.catalog.services[id].tier or 5, id


def service_row(view: View, id: str, pieces: Pieces) -> Markup:
    """One of them."""
    service = view.catalog.services[id]
    lowest = min(view.standings.of(id), key=lambda each: each.share, default=None)
    tier = f"tier {service.tier}" if service.tier else "no tier"
    state = f", {service.lifecycle}" if service.lifecycle != "production" else ""
    level = (
        Markup('{} <small>{}</small>').format(lowest.ladder, lowest.card.model.label.lower())
        if lowest
        else Markup("<small>not judged</small>")
    )
    return Markup('<div class="ls-row"><span>{} <small>{}{}, {}</small></span><span>{}</span></div>').format(
        pieces.name("service", id), tier, state, pieces.name("team", service.owner), level
    )
