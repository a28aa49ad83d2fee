"""What needs fixing in the catalog: every finding with its place and its fix, worst first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from lightship.finding import Finding, Severity
from lightship.portal.page import Page
from lightship.portal.pieces import severity
from lightship.portal.view import View
from lightship.portal.words import plural

_MOST = 300
_GROUPS = (
    (Severity.ERROR, "{} to fix now"),
    (Severity.WARNING, "{} to look at"),
    (Severity.INFO, "{} worth knowing"),
)


def pages(view: View) -> Iterator[Page]:
    """The one page."""
    yield Page(
        "findings/", "What needs fixing in the catalog", "more", "findings.html", lambda: context(view)
    )


def context(view: View) -> dict[str, Any]:
    """Everything findings.html needs."""
    entities = {
        entity.path: (kind, id)
        for kind, found in view.catalog.entities.items()
        for id, entity in found.items()
    }
    groups = []
    for sort, words in _GROUPS:
        found = [each for each in view.found if each.severity is sort]
        if found:
            rows = [_row(view, each, entities) for each in sorted(found, key=lambda each: each.order)[:_MOST]]
            groups.append(
                {
                    "title": words.format(plural(len(found), "thing")),
                    "found": rows,
                    "more": len(found) - _MOST,
                }
            )
    errors = sum(each.severity is Severity.ERROR for each in view.found)
    return {
        "title": "What needs fixing in the catalog" if view.found else "Nothing needs fixing in the catalog",
        "lead": f"{plural(errors, 'error')} among {plural(len(view.found), 'finding')}."
        if view.found
        else "",
        "groups": groups,
    }


def _row(view: View, found: Finding, entities: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    place = f"{found.path}:{found.line}:{found.column}" if found.line else found.path
    kind, id = entities.get(found.path, ("", ""))
    page = view.near.name(kind, id) if kind and kind not in ("action", "policy", "waiver") else Markup()
    return {
        "mark": severity(found.severity),
        "message": found.message,
        "fix": found.fix,
        "page": page,
        "place": place,
        "rule": found.rule,
    }
