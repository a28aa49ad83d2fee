"""What is no incident of its own: drills, notices, maintenance, and the same thing declared by a second person. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from lightship.demo.breaking import Told
from lightship.demo.telling import Telling
from lightship.demo.world import Tale, World, after, midnight, tables
from lightship.incidents import events

_WEDNESDAY = 2


def asides(world: World, day: date) -> Iterator[Told]:
    """Those of `day`: a drill on the first Wednesday of a month, now and then a notice or maintenance."""
    drills, notices, works = (
        world.told(each) for each in (tables().drills, tables().notices, tables().maintenance)
    )
    if drills and day.weekday() == _WEDNESDAY and day.day <= 7:
        yield _drill(world, drills[(day.year * 12 + day.month) % len(drills)], day)
    if notices and day.weekday() == _WEDNESDAY and day.month % 2 and 8 <= day.day <= 14:
        yield _notice(world, notices[(day.year * 6 + day.month // 2) % len(notices)], day)
    if works and day.weekday() == _WEDNESDAY and not day.month % 2 and 15 <= day.day <= 21:
        yield _maintenance(world, works[(day.year * 6 + day.month // 2) % len(works)], day)


def again(world: World, told: Told, dice_key: object) -> Told:
    """The incident `told`, declared a second time by somebody who did not know; closed as its duplicate."""
    first = told.entries[0]
    declared = events.Declared.model_validate(first.data)
    at = after(first.recorded_at, world.dice("again", dice_key).between(3, 8))
    person = world.member("storefront", at, 1)
    event = events.Declared(
        title=f"Customers report: {declared.title[:1].lower()}{declared.title[1:]}"[:120],
        severity="SEV3",
        services=declared.services,
        symptom="Five tickets within ten minutes.",
    )
    story = Telling(world.seed, event, world.actor(person), at, "again", dice_key)
    closed = events.Closed(reason="The same thing, declared before.", duplicate_of=told.id)
    story.tell(closed, world.actor(world.responder(declared.services[0], at)), after(at, 6))
    return Told(story.id, tuple(story.entries))


def _drill(world: World, tale: Tale, day: date) -> Told:
    at = midnight(day) + timedelta(hours=9, minutes=30)
    lead, person = world.commander(at), world.responder(tale.service, at)
    event = events.Declared(
        title=tale.title, severity="SEV2", services=(tale.service,), drill=True, commander=lead or None
    )
    story = Telling(world.seed, event, world.actor(lead), at, "drill", day)
    told = world.actor(person)
    story.tell(events.Acknowledged(), told, after(at, 3))
    story.tell(events.Updated(text="Going through the runbook, as if it were real."), told, after(at, 11))
    story.tell(events.Mitigated(text="Done by the book."), told, after(at, 31))
    story.tell(
        events.Resolved(text="The drill is over; the list of phones was out of date."), told, after(at, 42)
    )
    due = day + timedelta(days=14)
    found = events.FollowedUp(id="f1", title="Bring the list of phones up to date", owner=person, due=due)
    story.tell(found, told, after(at, 55))
    # Always late, so that there is always something overdue to be seen.
    done = events.FollowedUp(id="f1", state="done")
    story.tell(done, told, datetime.combine(due + timedelta(days=38), at.timetz()))
    return Told(story.id, tuple(story.entries))


def _notice(world: World, tale: Tale, day: date) -> Told:
    at = midnight(day) + timedelta(hours=10, minutes=5)
    person = world.actor(world.responder(tale.service, at))
    event = events.Declared(
        title=tale.title, severity="SEV5", services=(tale.service,), symptom=tale.text, type="notice"
    )
    story = Telling(world.seed, event, person, at, "notice", day)
    story.tell(events.Closed(reason="Told to everybody whom it concerns."), person, after(at, 30))
    return Told(story.id, tuple(story.entries))


def _maintenance(world: World, tale: Tale, day: date) -> Told:
    at = midnight(day) + timedelta(hours=20)
    person = world.actor(world.responder(tale.service, at))
    event = events.Declared(
        title=tale.title, severity="SEV4", services=(tale.service,), symptom=tale.text, type="maintenance"
    )
    story = Telling(world.seed, event, person, at, "maintenance", day)
    story.tell(events.Updated(text="Begun, as announced.", public=True), person, after(at, 2))
    story.tell(events.Resolved(text="Done, and looked at.", public=True), person, after(at, 55))
    return Told(story.id, tuple(story.entries))
