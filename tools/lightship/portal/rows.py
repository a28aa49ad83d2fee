"""Rows that stand for services in the lists of other pages, what needs care first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from markupsafe import Markup, escape

from lightship.portal.pieces import Pieces
from lightship.portal.view import View

MOST = 100


def service_rows(view: View, ids: Iterable[str], pieces: Pieces, owner: bool = True) -> list[Markup]:
    """A row a service, what needs care first: name, tier, `owner` unless it is plain, and its lowest level.

    Beyond a hundred, a last row says how many there are more.
    """
    found = sorted(ids, key=lambda id: _care(view, id))
    rows = [_row(view, id, pieces, owner) for id in found[:MOST]]
    if len(found) > MOST:
        more = Markup('<a href="{}services/">{} more services</a>').format(pieces.root, len(found) - MOST)
        rows.append(more)
    return rows


def _care(view: View, id: str) -> tuple[float, int, str]:
    standings = view.standings.of(id)
    lowest = min((each.share for each in standings), default=2.0)
    return lowest, view.catalog.services[id].tier or 5, id


def _row(view: View, id: str, pieces: Pieces, owner: bool) -> Markup:
    key = (id, owner)
    if key not in pieces.rows:
        pieces.rows[key] = _made_row(view, id, pieces, owner)
    return pieces.rows[key]


def _made_row(view: View, id: str, pieces: Pieces, owner: bool) -> Markup:
    service = view.catalog.services[id]
    lowest = min(view.standings.of(id), key=lambda each: each.share, default=None)
    said = f"tier {service.tier}" if service.tier else "no tier"
    if service.lifecycle != "production":
        said += f" · {service.lifecycle}"
    if owner:
        said += f" · {pieces.name('team', service.owner)}"
    level = f"{lowest.ladder} {_named(lowest.card.model.label)}" if lowest else "<small>not judged</small>"
    return Markup(
        f'<div class="ls-row"><span>{pieces.name("service", id)} <small>{said}</small></span><span>{level}</span></div>'
    )


@cache
def _named(label: str) -> str:
    return f"<small>{escape(label.lower())}</small>"
