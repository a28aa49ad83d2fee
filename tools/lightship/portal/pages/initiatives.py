"""The initiatives: how far each is against its plan, and who remains."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.catalog.kinds.initiative import Milestone
from lightship.portal import strips
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import share, state
from lightship.portal.progress import Progress
from lightship.portal.view import View
from lightship.portal.words import on, plural, short

_REMAINING = 100
_ORDER = {"active": 0, "planned": 1, "done": 2, "cancelled": 3}


def pages(view: View) -> Iterator[Page]:
    """All of them, and a page each."""
    yield Page("initiatives/", "Initiatives", "initiatives", "initiatives.html", lambda: overview(view))
    for progress in view.progress.values():
        it = progress.initiative
        found = SearchEntry(it.label, "initiative", f"due {short(it.due)}", it.id)
        yield Page(
            it.url, it.label, "initiatives", "initiative.html", partial(context, view, progress), search=found
        )


def overview(view: View) -> dict[str, Any]:
    """Everything initiatives.html needs."""
    found = sorted(
        view.progress.values(), key=lambda each: (_ORDER[each.initiative.status], each.initiative.due)
    )
    active = [each for each in found if each.initiative.status == "active"]
    behind = sum(each.behind(view.today) for each in active)
    lead = f"{plural(len(active), 'initiative is', 'initiatives are')} active"
    return {
        "lead": f"{lead}, {behind} of them behind plan." if behind else f"{lead}, none behind plan.",
        "initiatives": [
            {
                "link": view.near.name("initiative", each.initiative.id),
                "behind": each.behind(view.today),
                "ends": Markup("{}, ends {}").format(
                    each.initiative.status, on(each.initiative.due, view.now)
                ),
                "objective": each.initiative.objective,
                "share": share(each.percent),
                "words": f"{len(each.done)} of {plural(each.count, 'service')} done, {each.percent} %",
            }
            for each in found
        ],
    }


def context(view: View, progress: Progress) -> dict[str, Any]:
    """Everything initiative.html needs."""
    pieces, it = view.far, progress.initiative
    remaining = sorted(progress.remaining, key=lambda id: (view.catalog.services[id].tier or 5, id))
    asks = [f"{each.rule} of {each.scorecard}" for each in it.rules]
    if it.target:
        asks.append(f"{it.target.level} in {it.target.scorecard}")
    return {
        "root": pieces.root,
        "it": it,
        "behind": progress.behind(view.today),
        "sponsor": pieces.name("person", it.sponsor),
        "ends": on(it.due, view.now),
        "title": _title(progress),
        "path": strips.path(it, progress.percent, view.today),
        "count": progress.count,
        "remaining": [_remaining(view, progress, id) for id in remaining[:_REMAINING]],
        "remaining_title": f"{plural(len(remaining), 'service')} to go" if remaining else "Nobody remains",
        "more": len(remaining) - _REMAINING,
        "milestones": [
            _milestone(view, progress, each) for each in sorted(it.milestones, key=lambda each: each.due)
        ],
        "done": pieces.names("service", progress.done),
        "done_title": f"{plural(len(progress.done), 'service')} done",
        "asks": ", ".join(asks),
        "written": pieces.file(it.path),
        "findings": pieces.findings(it.path),
    }


def _milestone(view: View, progress: Progress, it: Milestone) -> dict[str, Any]:
    return {
        "name": it.name,
        "percent": it.percent or 100,
        "due": on(it.due, view.now),
        "state": _state(view, progress, it),
    }


def _title(progress: Progress) -> str:
    return f"{len(progress.done)} of {plural(progress.count, 'service')} done"


def _state(view: View, progress: Progress, milestone: Milestone) -> Markup:
    if (milestone.percent or 100) <= progress.percent:
        return state("pass", "reached")
    return state("bad warn", "late") if milestone.due < view.today else state("info", "ahead")


def _remaining(view: View, progress: Progress, id: str) -> Markup:
    rules = progress.remaining[id]
    service = view.catalog.services[id]
    missing = ", ".join(rule.model.title for rule in rules)
    return Markup(
        '<div class="ls-row"><span>{} <small>· {}</small></span><span class="num">{}</span></div><small>{}</small>'
    ).format(
        view.far.name("service", id),
        view.far.name("team", service.owner),
        plural(len(rules), "rule"),
        missing,
    )
