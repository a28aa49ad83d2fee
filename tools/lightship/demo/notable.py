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
    bad = [each for each in world.faults if "SEV2" in each.severities and each.cause and len(each.said) > 1]
    mild = [each for each in world.faults if "SEV3" in each.severities and each.alert]
    if bad and mild:
        fire = bad[day.toordinal() % len(bad)]
        yield _fire(world, day, fire)
        yield _embers(world, day, mild[day.toordinal() % len(mild)])


def _fire(world: World, day: date, fault: Fault) -> Told:
    began, dice = after(midnight(day), -54), world.dice("fire", day)
    culprit = culprits.change(world, fault, began, dice)
    declared = after(began, 11)
    person = world.actor(world.responder(fault.service, declared))
    story = Telling(
        world.seed, _declared(world, fault, began, declared, "SEV2"), person, declared, "fire", day
    )
    where = {"bridge": f"https://meet.astronomy-shop.example/{story.id}", "channel": f"#{story.id}"}
    first = events.Updated.model_validate({"text": fault.said[0], "public": True, **where})
    second = events.Updated(
        text=fault.said[1], status="identified", suspect=culprit.id if culprit else None, services=fault.also
    )
    story.tell(events.Acknowledged(text="On it."), person, after(began, 14))
    story.tell(first, person, after(began, 24))
    story.tell(second, person, after(began, 41))
    mitigated = after(midnight(day), 7 * 60 + 10)
    story.tell(events.Mitigated(text=fault.mitigated, public=True), person, mitigated)
    fixed = events.Resolved(text=fault.fix, cause=culprit.id if culprit else None, public=True)
    story.tell(fixed, person, after(mitigated, 35))
    leave_behind(world, story, fault, dice)
    told = culprits.alerts(fault, after(began, 8), mitigated)
    return Told(story.id, tuple(story.entries), culprits.with_repair(world, culprit, mitigated), told)


def _embers(world: World, day: date, fault: Fault) -> Told:
    began = after(midnight(day), -218)
    declared = after(began, 7)
    person = world.actor(world.responder(fault.service, declared))
    story = Telling(
        world.seed, _declared(world, fault, began, declared, "SEV3"), person, declared, "embers", day
    )
    story.tell(events.Acknowledged(), person, after(declared, 4))
    story.tell(events.Updated(text=fault.said[0], status="identified"), person, after(declared, 31))
    calm = events.Mitigated(text=f"{fault.mitigated} We look again in the morning.")
    story.tell(calm, person, after(declared, 88))
    story.tell(events.Resolved(text=fault.fix), person, after(midnight(day), 9 * 60 + 5))
    told = culprits.alerts(fault, after(began, 3), after(declared, 88))
    return Told(story.id, tuple(story.entries), (), told)


def _declared(
    world: World, fault: Fault, began: datetime, declared: datetime, severity: events.Severity
) -> events.Declared:
    return events.Declared(
        title=fault.title,
        severity=severity,
        services=(fault.service,),
        symptom=fault.symptom,
        impact_started=began,
        detected=after(began, 2),
        reason="read off the graph",
        commander=world.commander(declared) if severity == "SEV2" else None,
    )
