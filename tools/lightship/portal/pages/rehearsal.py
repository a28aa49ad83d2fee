"""The rehearsal: what an incident on a tier-1 service would not find in the weeks ahead, when, and what closes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.actions.holes import TITLES, Hole, holes
from lightship.actions.rehearse import rehearse, tier_one
from lightship.portal.page import Page, SearchEntry
from lightship.portal.view import View
from lightship.portal.words import clock, plural

WEEKS = 4
_SPANS = 3


def pages(view: View) -> Iterator[Page]:
    """The one page."""
    found = SearchEntry("Rehearsal", "page", "holes ahead, tier 1")
    yield Page("rehearsal/", "Rehearsal", "rehearsal", "rehearsal.html", partial(context, view), found)


def context(view: View) -> dict[str, Any]:
    """Everything rehearsal.html needs."""
    services = tier_one(view.catalog)
    found = holes(rehearse(view.catalog, view.observed, view.uses, view.now, timedelta(weeks=WEEKS)))
    wanting = list(dict.fromkeys(hole.service for hole in found))
    return {
        "title": _title(len(found), len(services)),
        "weeks": WEEKS,
        "services": plural(len(services), "tier-1 service"),
        "any": bool(services),
        "wanting": [
            (view.near.name("service", id), [_hole(view, hole) for hole in found if hole.service == id])
            for id in wanting
        ],
        "whole": view.near.names("service", [each.id for each in services if each.id not in wanting]),
        "zone": view.zone,
    }


def _title(found: int, services: int) -> str:
    if not services:
        return "Nothing is rehearsed"
    return f"{plural(found, 'hole')} ahead" if found else "An incident would find people and a way"


def _hole(view: View, hole: Hole) -> dict[str, Any]:
    spans = [_span(view, span) for span in hole.spans[:_SPANS]]
    more = len(hole.spans) - _SPANS
    return {
        "what": TITLES[hole.what],
        "actions": view.near.names("action", hole.subjects) if hole.subjects else Markup(),
        "why": hole.why,
        "fix": hole.fix,
        "spans": spans,
        "more": f"and {more} more" if more > 0 else "",
        "hours": f"{hole.hours:.0f} h" if hole.hours >= 1 else "under an hour",
    }


def _span(view: View, span: tuple[Any, Any]) -> str:
    start, end = (clock(each, view.now, view.zone) for each in span)
    return f"{start} to {end}"
