"""What the portal asks for by itself: triggers of actions, and what happened. Pure.

A request that follows from a trigger is like any other: the same policy, the same plan, the same steps. Its id follows from the
trigger and from what happened, so it is asked for once, however often anybody looks. It is asked for in the name of whoever
leads the team that keeps the action, and never of who decides in the incident.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lightship import text
from lightship.actions.conditions import Conditions
from lightship.actions.happenings import Happening, came_round, happenings
from lightship.actions.inputs import complete
from lightship.actions.values import Asking, of_incident, of_portal, with_team
from lightship.actions.vocabulary import TRIGGERS
from lightship.actions.votes import is_active
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.action import Action, Trigger
from lightship.catalog.kinds.request import Request
from lightship.expressions import Expression, context
from lightship.facts import ours
from lightship.incidents.book import Book
from lightship.incidents.incident import Incident
from lightship.journal.entry import Entry, new_id
from lightship.text import BadText

LIFE = timedelta(hours=24)  # what nobody looked at for a day is not done any more
_EVER = datetime.min.replace(tzinfo=UTC)
Brief = Callable[[Incident], str]
Since = Callable[[Action], datetime]


@dataclass(frozen=True)
class Wish:
    """A request that follows from a trigger: its `id`, what its file says (`said`), since when (`at`), and `why` as data."""

    id: str
    said: Mapping[str, Any]
    at: datetime
    why: Mapping[str, Any]


def due(
    catalog: Catalog,
    book: Book,
    now: datetime,
    brief: Brief = lambda incident: "",
    since: Since = lambda action: _EVER,
) -> tuple[Wish, ...]:
    """Everything that triggers ask for now and was not asked for yet, in order. `brief` is told in Markdown.

    `since` says from when on an action is as it is: a schedule does not make up for the time before. What cannot be filled
    in is left out: validation says so where the catalog can tell.
    """
    asked = {entry.subject for entry in book.records.get("request.asked", ())}
    triggered = [action for action in catalog.actions.values() if action.triggers]
    waits = (trigger.after or timedelta() for action in triggered for trigger in action.triggers)
    seen = tuple(happenings(catalog, book, now, now - LIFE - max(waits))) if triggered else ()
    made = _Making(catalog, book, now, brief)
    found = (
        wish
        for action in triggered
        for number, trigger in enumerate(action.triggers)
        for each in (seen if trigger.every is None else came_round(trigger, catalog.settings, now))
        if each.on == trigger.on
        and (trigger.every is None or since(action) <= each.at)
        and identified(action, number, each.key, _moment(trigger, each)) not in asked
        and (wish := made.wish(action, number, each)) is not None
    )
    return tuple(sorted(found, key=lambda wish: (wish.at, wish.id)))


def identified(action: Action, number: int, key: str, at: datetime) -> str:
    """The id of what the trigger `number` of `action` asks for after what happened as `key` at the moment `at`."""
    seed = f"lightship-automation-v1\0{action.id}\0{number}\0{action.triggers[number].on}\0{key}"
    return f"req-{new_id(at, hashlib.sha256(seed.encode()).digest()[:10]).lower()}"


def is_genuine(request: Request, asked: Entry, catalog: Catalog) -> bool:
    """Whether `request`, as it was recorded, is what a trigger of `catalog` asks for, in whose name it has to be.

    That is all that proves it: nobody signs for the portal. Who could write into the journal could make one up, of an
    action that has triggers, for somebody to approve; what is approved by itself, anybody may ask for anyway.
    """
    why, action = asked.data.get("automation"), catalog.actions.get(request.action)
    if not isinstance(why, dict) or action is None:
        return False
    number, key = why.get("trigger"), why.get("key")
    if not isinstance(number, int) or not isinstance(key, str) or not 0 <= number < len(action.triggers):
        return False
    return (
        request.id == identified(action, number, key, request.requested_at)
        and request.requester == keeper(catalog, action, request.target, request.requested_at)
        and request.for_ is None
        and not request.break_glass
    )


def keeper(catalog: Catalog, action: Action, target: str | None, at: datetime) -> str:
    """In whose name an action asks for itself: who leads the team that keeps it, or that owns the target; '' for nobody."""
    service = catalog.services.get(target or "")
    for id in (action.owner, service.owner if service else None):
        team = catalog.teams.get(id or "")
        for person in (team.lead or "", *team.members) if team else ():
            known = catalog.people.get(person)
            if known is not None and is_active(known, at):
                return person
    return ""


class _Making:
    """Fills in what triggers ask for."""

    def __init__(self, catalog: Catalog, book: Book, now: datetime, brief: Brief) -> None:
        self._catalog, self._now, self._brief = catalog, now, brief
        self._freezes = ours.freezes(book.records)
        self._conditions = Conditions(catalog)
        self._briefs: dict[str, str] = {}

    def wish(self, action: Action, number: int, seen: Happening) -> Wish | None:
        """What the trigger asks for; None where it is not time, its condition does not hold, or it cannot be filled in."""
        trigger = action.triggers[number]
        at = _moment(trigger, seen)
        if not self._now - LIFE < at <= self._now:
            return None
        try:
            return self._wish(action, trigger, number, seen, at)
        except BadText:
            return None

    def _wish(
        self, action: Action, trigger: Trigger, number: int, seen: Happening, at: datetime
    ) -> Wish | None:
        values = dict(self._values(trigger, seen))
        target = str(text.render(trigger.target, values)) if trigger.target else None
        if not self._holds(trigger, seen, target):
            return None
        values["target"] = with_team(self._catalog.entities, target)
        requester = keeper(self._catalog, action, target, at)
        inputs = text.fill(trigger.inputs, values)
        asking = Asking(
            self._catalog.entities, requester, requester, target, values["incident"], {}, values["portal"]
        )
        completed = complete(action, inputs, asking)
        if not requester or completed.troubles:
            return None
        reason = text.render(trigger.reason, values) if trigger.reason else _reason(seen)
        said = {
            "action": action.id,
            "target": target,
            "inputs": dict(completed.inputs),
            "reason": " ".join(str(reason).split()),
            "requester": requester,
            "incident": seen.incident.id if seen.incident else None,
        }
        why = {"trigger": number, "on": trigger.on, "key": seen.key}
        return Wish(identified(action, number, seen.key, at), said, at, why)

    def _values(self, trigger: Trigger, seen: Happening) -> Iterator[tuple[str, Any]]:
        """What texts of the trigger may look at; the brief is told only where one does."""
        incident, score = seen.incident, seen.score
        yield "incident", None if incident is None else of_incident(incident)
        yield "score", None if score is None else _of_score(seen)
        yield "portal", of_portal(self._catalog.settings)
        if incident is not None and "brief" in str(trigger.inputs):
            if incident.id not in self._briefs:
                self._briefs[incident.id] = self._brief(incident)
            yield "brief", self._briefs[incident.id]

    def _holds(self, trigger: Trigger, seen: Happening, target: str | None) -> bool:
        """Whether `when` holds; what cannot be told does not."""
        if target is not None and target not in self._catalog.services:
            return False
        frozen = ours.holding(self._freezes.get(target or "", ()), self._now) is not None
        values = {
            "incident": None if seen.incident is None else of_incident(seen.incident),
            "score": None if seen.score is None else _of_score(seen),
            **self._conditions.around(target, self._now, frozen),
        }
        return Expression(trigger.when, TRIGGERS).evaluate(context(values)) is True


def _moment(trigger: Trigger, seen: Happening) -> datetime:
    """Since when it counts, to the second: requests know no more."""
    return (seen.at + (trigger.after or timedelta())).replace(microsecond=0)


def _of_score(seen: Happening) -> Mapping[str, str]:
    score = seen.score
    assert score is not None
    return {
        "service": score.service,
        "scorecard": score.scorecard,
        "before": score.before,
        "after": score.after,
    }


def _reason(seen: Happening) -> str:
    """Why, where the trigger does not say."""
    if seen.incident is not None:
        return f"The portal asks: {seen.on.replace('-', ' ')}, {seen.incident.id} ({seen.incident.title})"
    if seen.score is not None:
        return f"The portal asks: {seen.score.service} fell on {seen.score.scorecard}"
    return "The portal asks: it is time again"
