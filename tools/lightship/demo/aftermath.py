"""What an incident of the demo leaves behind: follow-ups, a post-mortem, and that it is closed. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from lightship.demo.dice import Dice
from lightship.demo.telling import Telling
from lightship.demo.world import Fault, World, after
from lightship.incidents import events, postmortem
from lightship.incidents.deadlines import business_days_after, postmortem_due

NOTES = "https://notes.astronomy-shop.example/post-mortems"
"""Where the shop kept its post-mortems before it had a portal; those in the repository are named by their path."""

_LATE_MORNING = time(11, 20, tzinfo=UTC)
_Later = list[tuple[datetime, events.Event, str]]


def leave_behind(world: World, story: Telling, fault: Fault, dice: Dice, path: str = "") -> None:
    """Tell what follows the resolution, in the order of time. `path`: where its post-mortem lies, else with the notes."""
    owner = world.catalog.services[fault.service].owner
    later = [*_follow_ups(world, story, fault, dice, owner), *_written(world, story, dice, path)]
    if dice.whether(0.6):
        reason = "Nothing more will come; the follow-ups are tracked."
        lead = story.incident.holder("commander") or world.member(owner, story.entries[-1].recorded_at)
        at = _noon(world, story.entries[-1].recorded_at.date(), dice.between(2, 8), 9)
        later.append((at, events.Closed(reason=reason), lead))
    for at, event, person in sorted(later, key=lambda each: each[0]):
        story.tell(event, world.actor(person), at)


def _noon(world: World, day: date, count: float, minutes: int = 0) -> datetime:
    """Late in the morning, `count` business days (rounded) after `day`; some `minutes` later where two would meet."""
    then = business_days_after(day, round(count), world.catalog.settings.holidays)
    return datetime.combine(then, _LATE_MORNING) + timedelta(minutes=minutes)


def _follow_ups(world: World, story: Telling, fault: Fault, dice: Dice, owner: str) -> _Later:
    severity, later = story.incident.severity, _Later()
    days = world.catalog.settings.severities.of(severity).follow_up_days
    for number, title in enumerate(fault.after):
        if not dice.whether({"SEV1": 1.0, "SEV2": 0.9, "SEV3": 0.45}.get(severity, 0.2)):
            continue
        id = f"f{number + 1}"
        at = after(story.entries[-1].recorded_at, dice.between(30, 200))
        person = world.member(owner, at, number)
        later.append((at, events.FollowedUp(id=id, title=title, owner=person), person))
        share = dice.between(1.1, 1.8) if dice.whether(0.12) else dice.between(0.15, 0.95)
        done = _noon(world, at.date(), max(1.0, days * share), number)
        state = "dropped" if dice.whether(0.06) else "done"
        reason = "Solved by replacing the part it was about." if state == "dropped" else None
        ended = events.FollowedUp.model_validate({"id": id, "state": state, "reason": reason})
        later.append((done, ended, person))
    return later


def _written(world: World, story: Telling, dice: Dice, path: str) -> _Later:
    incident, settings = story.incident, world.catalog.settings
    due = postmortem_due(incident, settings)
    if due is None:
        return []
    person = incident.holder("commander") or incident.declared_by
    drafted = _noon(world, story.entries[-1].recorded_at.date(), dice.between(1, 3))
    late, waits = dice.whether(0.3) and not path, dice.between(1, 3)
    published = _noon(world, due, 5 * waits, 190) if late else _noon(world, drafted.date(), waits, 190)
    place = path or f"{NOTES}/{story.id}"
    branch = postmortem.branch(story.id) if path else None
    return [
        (drafted, events.PostmortemDrafted(path=place, branch=branch), person),
        (published, events.PostmortemPublished(path=place), person),
    ]
