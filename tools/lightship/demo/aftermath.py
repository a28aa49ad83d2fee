"""What an incident of the demo leaves behind: follow-ups, a post-mortem, and that it is closed. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from lightship.demo.dice import Dice
from lightship.demo.telling import Telling
from lightship.demo.world import Fault, World, after
from lightship.incidents import events, postmortem
from lightship.incidents.deadlines import business_days_after, postmortem_due

NOTES = "https://notes.astronomy-shop.example/post-mortems"
"""Where the shop kept its post-mortems before it had a portal; those in the repository are named by their path."""

_NOON = time(11, 20, tzinfo=UTC)
_Later = list[tuple[datetime, events.Event, str]]


def leave_behind(world: World, story: Telling, fault: Fault, dice: Dice, path: str = "") -> None:
    """Tell what follows the resolution, in the order of time. `path`: where its post-mortem lies, else with the notes."""
    owner = world.catalog.services[fault.service].owner
    later = [*_follow_ups(world, story, fault, dice, owner), *_written(world, story, dice, path)]
    if dice.whether(0.6):
        reason = "Nothing more will come; the follow-ups are tracked."
        lead = story.incident.holder("commander") or world.member(owner, story.entries[-1].recorded_at)
        later.append((_day_after(story, dice.between(2, 12)), events.Closed(reason=reason), lead))
    for at, event, person in sorted(later, key=lambda each: each[0]):
        story.tell(event, world.actor(person), at)


def _day_after(story: Telling, days: float) -> datetime:
    """Late in the morning, so many days after the last that was told."""
    day = story.entries[-1].recorded_at.date() + timedelta(days=round(days))
    return datetime.combine(day, _NOON)


def _follow_ups(world: World, story: Telling, fault: Fault, dice: Dice, owner: str) -> _Later:
    incident, later = story.incident, _Later()
    share = {"SEV1": 1.0, "SEV2": 0.9, "SEV3": 0.45}.get(incident.severity, 0.2)
    for number, title in enumerate(fault.after):
        if not dice.whether(share):
            continue
        id = f"f{number + 1}"
        at = after(story.entries[-1].recorded_at, dice.between(30, 200))
        person = world.member(owner, at, number)
        opened = events.FollowedUp(id=id, title=title, owner=person)
        later.append((at, opened, person))
        days = world.catalog.settings.severities.of(incident.severity).follow_up_days
        due = business_days_after(at.date(), days, world.catalog.settings.holidays)
        over = dice.between(2, 18) if dice.whether(0.12) else -dice.between(1, days * 0.9)
        done = datetime.combine(due + timedelta(days=round(over)), _NOON) + timedelta(minutes=number)
        state = "dropped" if dice.whether(0.06) else "done"
        reason = "Solved by replacing the part it was about." if state == "dropped" else None
        ended = events.FollowedUp.model_validate({"id": id, "state": state, "reason": reason})
        later.append((max(done, after(at, 600)), ended, person))
    return later


def _written(world: World, story: Telling, dice: Dice, path: str) -> _Later:
    incident, settings = story.incident, world.catalog.settings
    due = postmortem_due(incident, settings)
    if due is None:
        return []
    person = incident.holder("commander") or incident.declared_by
    drafted = _day_after(story, dice.between(1, 3))
    late = dice.whether(0.2)
    day = due + timedelta(days=round(dice.between(3, 16) if late else -dice.between(0, 2)))
    published = max(datetime.combine(day, _NOON) + timedelta(hours=3), after(drafted, 300))
    place = path or f"{NOTES}/{story.id}"
    branch = postmortem.branch(story.id) if path else None
    return [
        (drafted, events.PostmortemDrafted(path=place, branch=branch), person),
        (published, events.PostmortemPublished(path=place), person),
    ]
