"""What falls due: promises of incidents, waivers that end, reviews that lapse, dates of initiatives; nearest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from lightship.portal.pieces import Pieces
from lightship.portal.view import View
from lightship.portal.words import plural

AHEAD = timedelta(days=60)
BEHIND = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a day; `late` once the day is over. `services` are those it is about."""

    day: date
    late: bool
    what: Markup
    services: tuple[str, ...]


def due(view: View, pieces: Pieces) -> tuple[Due, ...]:
    """What was due in the last quarter and is not done, and what is due within 60 days."""
    today = view.today
    found = [
        *_promises(view, pieces),
        *_waivers(view, pieces),
        *_reviews(view, pieces),
        *_initiatives(view, pieces),
    ]
    near = [each for each in found if today - BEHIND <= each.day <= today + AHEAD]
    return tuple(sorted(near, key=lambda each: (each.day, each.what)))


def _promises(view: View, pieces: Pieces) -> Iterator[Due]:
    """Post-mortems and follow-ups; the rest of what an incident asks for is shown with it."""
    for promise in view.incidents.promises:
        if promise.kind in ("postmortem", "follow-up"):
            what = view.incidents.owes(promise, pieces)
            yield Due(promise.day, promise.late, what, promise.services)


def _waivers(view: View, pieces: Pieces) -> Iterator[Due]:
    for waiver in view.catalog.waivers.values():
        card = view.catalog.scorecards.get(waiver.scorecard)
        title = (
            next((rule.title for rule in card.rules if rule.id == waiver.rule), waiver.rule)
            if card
            else waiver.rule
        )
        ends = waiver.expires_at < view.today
        what = Markup("Waiver {}: {}, “{}”").format(
            "ended" if ends else "ends", pieces.name("service", waiver.service), title
        )
        yield Due(waiver.expires_at, ends, what, (waiver.service,))


def _reviews(view: View, pieces: Pieces) -> Iterator[Due]:
    for runbook in view.catalog.runbooks.values():
        known = view.trust(runbook)
        if known.review_due is None:
            continue
        services = view.catalog.graph.named_by("runbook", runbook.id, "service")
        if services:
            what = Markup("Runbook review {}: {}").format(
                "lapsed" if known.lapsed else "is due", pieces.name("runbook", runbook.id)
            )
            yield Due(known.review_due, known.lapsed, what, services)


def _initiatives(view: View, pieces: Pieces) -> Iterator[Due]:
    for progress in view.progress.values():
        initiative = progress.initiative
        if initiative.status not in ("planned", "active"):
            continue
        left = plural(len(progress.remaining), "service")
        name = pieces.name("initiative", initiative.id)
        for each in initiative.milestones:
            if (each.percent or 100) > progress.percent and each.due != initiative.due:
                what = Markup("{}: “{}”, {} % of {} %").format(
                    name, each.name, progress.percent, each.percent or 100
                )
                yield Due(each.due, each.due < view.today, what, tuple(progress.remaining))
        if progress.remaining:
            what = Markup("{} ends, {} to go").format(name, left)
            yield Due(initiative.due, initiative.due < view.today, what, tuple(progress.remaining))
