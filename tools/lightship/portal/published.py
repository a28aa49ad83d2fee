"""What the portal publishes beside its pages, for scripts: shifts by schedule, and when all of it was worked out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lightship.portal.view import View


def portal(view: View) -> dict[str, Any]:
    """`{"name", "built" (UTC), "timezone"}`."""
    return {"name": view.catalog.settings.name, "built": _stamp(view.now), "timezone": view.zone}


def oncall(view: View) -> dict[str, Any]:
    """`{"schedules": {id: {"name", "timezone", "known", "turns": [[start, end, person, promised]]}}, "people": {id: name}}`.

    Turns are in UTC, half-open, without holes, from a day before the build to the horizon; nobody is ''. Only people
    who are named in a turn are listed.
    """
    schedules = {
        id: {
            "name": duty.schedule.label,
            "timezone": duty.schedule.timezone,
            "known": duty.known,
            "turns": [
                [_stamp(turn.start), _stamp(turn.end), turn.person, turn.promised] for turn in duty.turns
            ],
        }
        for id, duty in view.duties.items()
    }
    named = {turn.person for duty in view.duties.values() for turn in duty.turns if turn.person}
    people = {id: view.catalog.people[id].label if id in view.catalog.people else id for id in sorted(named)}
    return {"schedules": schedules, "people": people}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
