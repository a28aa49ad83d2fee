"""What is granted now, with the time that is left, and uses of break-glass that wait for their review."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from lightship.portal import requests
from lightship.portal.page import Page, SearchEntry
from lightship.portal.view import View
from lightship.portal.words import plural, when


def pages(view: View) -> Iterator[Page]:
    """The one page."""
    found = SearchEntry("What is granted now", "page", "access, break-glass")
    yield Page("grants/", "Granted", "grants", "grants.html", partial(context, view), found)


def context(view: View) -> dict[str, Any]:
    """Everything grants.html needs."""
    granted = list(requests.grants(view, view.near))
    late = sum(each["late"] for each in granted)
    simulated = sum(each["simulated"] for each in granted)
    held = len(granted) - simulated
    title = f"{plural(held, 'grant')} now" if held else "Nothing is granted now"
    beats = view.book.records.get("heartbeat", ())
    return {
        "title": f"{title}, {simulated} simulated" if simulated else title,
        "late": f"{plural(late, 'grant is', 'grants are')} past the end: `lightship reconcile` takes them back."
        if late
        else "",
        "grants": granted,
        "reviews": list(requests.reviews(view, view.near)),
        "beat": when(beats[-1].recorded_at, view.now, view.zone) if beats else "",
    }
