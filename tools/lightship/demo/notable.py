"""The incidents of the demo that do not depend on chance: those whose post-mortems lie in the repository, and the last night's. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from lightship.demo import culprits
from lightship.demo.aftermath import leave_behind
from lightship.demo.breaking import Course, Told, break_down
from lightship.demo.telling import Telling
from lightship.demo.world import Fault, World, after, midnight
from lightship.incidents import events

_WRITTEN = (
    (datetime(2026, 3, 17, 13, 42, tzinfo=UTC), "checkout", "Checkout answers with errors", "SEV1", 74),
    (datetime(2026, 7, 21, 2, 8, tzinfo=UTC), "astronomy-db", "The database has no connections left", "SEV2", 96),
    (datetime(2026, 10, 9, 16, 30, tzinfo=UTC), "frontend-proxy", "White pages with an upstream error", "SEV1", 41),
)  # fmt: skip
"""When it began, the fault, how bad it was and how many minutes it took."""


def written(world: World) -> Iterator[Told]:
    """The incidents whose post-mortems are files of this repository, on days that do not move."""
    for began, service, title, severity, lasted in _WRITTEN:
        fault = next((each for each in world.faults if (each.service, each.title) == (service, title)), None)
        if fault is None:
            continue
        had = after(began, 8)
        when = Course(
            began, after(began, 3), after(began, 5), had, after(began, lasted * 0.75), after(began, lasted),
            severity, world.dice("written", began),
        )  # fmt: skip
        yield break_down(world, fault, when, "written", began, written=True)


def night(world: World, day: date) -> Iterator[Told]:
    """What was going on when `day` began: one that still hurts, and one that is mitigated. They end in its morning."""
    services = world.catalog.services
    if "email" in services:
        yield _fire(world, day)
    if "valkey-cart" in services:
        yield _embers(world, day)


def _fire(world: World, day: date) -> Told:
    fault = Fault(
        service="email", title="No receipts are sent", often=1, severities=("SEV2",), cause="deployment",
        symptom="Nobody has had a receipt for half an hour; the queue has 9,000 mails.",
        change="Sign receipts with the new key", alert="EmailQueueOlderThan15m", said=(), mitigated="", fix="",
        after=("Send a receipt to ourselves every five minutes", "Let both keys sign for a day"),
    )  # fmt: skip
    began = after(midnight(day), -54)
    dice = world.dice("fire", day)
    culprit = culprits.change(world, fault, began, dice)
    declared = after(began, 11)
    person = world.actor(world.responder("email", declared))
    event = events.Declared(
        title=fault.title, severity="SEV2", services=("email",), symptom=fault.symptom, impact_started=began,
        detected=after(began, 8), reason="read off the graph", commander=world.commander(declared) or None,
    )  # fmt: skip
    story = Telling(world.seed, event, person, declared, "fire", day)
    story.tell(events.Acknowledged(text="On it."), person, after(began, 14))
    story.tell(_bridge(story.id, "The provider refuses every mail since the deployment of tonight."), person, after(began, 24))  # fmt: skip
    known = events.Updated(
        text="The new key is not known to the provider yet. Mails wait in the queue; none is lost.",
        status="identified", suspect=culprit.id if culprit else None, services=("checkout",),
    )  # fmt: skip
    story.tell(known, person, after(began, 41))
    morning = after(midnight(day), 7 * 60 + 10)
    story.tell(
        events.Mitigated(text="Signed with the old key again; the queue is empty.", public=True),
        person,
        morning,
    )
    fixed = events.Resolved(text="Went back to the old key until the new one is known.", cause=culprit.id if culprit else None)  # fmt: skip
    story.tell(fixed, person, after(morning, 35))
    leave_behind(world, story, fault, dice)
    ended = story.incident.milestones["mitigated"].at
    changes = (culprit,) if culprit else ()
    return Told(story.id, tuple(story.entries), changes, culprits.alerts(fault, after(began, 8), ended))


def _bridge(id: str, text: str) -> events.Updated:
    where = {"bridge": f"https://meet.astronomy-shop.example/{id}", "channel": f"#{id}"}
    return events.Updated.model_validate({"text": text, "public": True, **where})


def _embers(world: World, day: date) -> Told:
    began = after(midnight(day), -218)
    declared = after(began, 7)
    person = world.actor(world.responder("valkey-cart", declared))
    event = events.Declared(
        title="The cart store evicts carts", severity="SEV3", services=("valkey-cart",),
        symptom="Some visitors find their cart empty.", impact_started=began, detected=after(began, 3),
        reason="read off the graph",
    )  # fmt: skip
    story = Telling(world.seed, event, person, declared, "embers", day)
    story.tell(events.Acknowledged(), person, after(declared, 4))
    story.tell(events.Updated(text="Used is at 96 %. Carts of robots make up half.", status="identified"), person, after(declared, 31))  # fmt: skip
    story.tell(events.Mitigated(text="Robots get no cart. Used falls; we look again in the morning."), person, after(declared, 88))  # fmt: skip
    morning = after(midnight(day), 9 * 60 + 5)
    story.tell(events.Resolved(text="Robots get no cart any more."), person, morning)
    return Told(story.id, tuple(story.entries))
