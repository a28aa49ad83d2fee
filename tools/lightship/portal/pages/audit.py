"""The audit list: everything that was asked, said, decided and done, the newest first, and the same as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.actions import audit
from lightship.actions.standing import Event
from lightship.portal import requests
from lightship.portal.lists import Column, Facet, List, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.view import View
from lightship.portal.words import short, zone

CSV = "api/audit.csv"
_MOST = 5000  # on the page; the CSV has all
_KINDS = {
    "request.asked": "asked",
    "request.voted": "voted",
    "request.merged": "merged",
    "request.cancelled": "withdrawn",
    "request.ended": "ended",
    "claim": "begun",
    "receipt": "receipt",
    "doubt.resolved": "doubt",
    "break-glass.reviewed": "review",
}


def pages(view: View) -> Iterator[Page]:
    """The one page."""
    found = SearchEntry("Audit", "page", "requests, approvals, receipts")
    yield Page("audit/", "Audit", "audit", "index.html", partial(index, view), found)


def index(view: View) -> dict[str, Any]:
    """Every event, the newest first."""
    those = audit.events(view.requests.values())[::-1]
    more = f" The newest {_MOST:,} of {len(those):,} are here." if len(those) > _MOST else ""
    return {
        "title": "Audit",
        "lead": f"Everything that was asked, said, decided and done.{more}" if those else "",
        "rows": List(
            ("event", "events"),
            "Audit",
            (
                Column("Who"),
                Column("About", "soft"),
                Column("Detail", "soft", narrow=False),
                Column("When", "soft"),
            ),
            (Facet("kind", "What", tuple(_KINDS.values())), Facet("who", "Who"), Facet("action", "Action")),
            tuple(_row(view, each) for each in those[:_MOST]),
        ),
        "graph": "",
        "foot": Markup(
            'For spreadsheets: <a href="../{}">CSV</a>. For auditors: '
            "<code>lightship audit --from {} --to {} --out audit.json</code>"
        ).format(CSV, view.today.replace(month=1, day=1).isoformat(), view.today.isoformat()),
        "kind": "",
        "empty": "Here you would find everything that was asked, who agreed, and what was done. "
        "`lightship audit --from 2026-01-01` packs it for an auditor, with the proof that nothing is missing.",
    }


def _row(view: View, each: Event) -> Row:
    standing = view.requests[each.request]
    about = requests.title(view, standing)
    who = view.people.get(each.who, each.who)
    local = each.at.astimezone(zone(view.zone))
    moment = f"{short(local.date())}, {local:%H:%M:%S}"
    facets: dict[str, str | tuple[str, ...]] = {"kind": _KINDS.get(each.kind, each.kind), "who": who}
    if standing.request:
        facets["action"] = view.label("action", standing.request.action) or standing.request.action
    detail = " ".join(each.detail.split())
    cells = (who, about, detail if len(detail) < 160 else f"{detail[:159]}…", moment)
    return Row(f"../{requests.url(each.request)}", each.what, "", cells, facets, f"{each.request} {each.id}")
