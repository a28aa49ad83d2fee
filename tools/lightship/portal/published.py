"""What the portal publishes beside its pages, for scripts: shifts by schedule, and when all of it was worked out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lightship.oncall.current import HORIZON, Duty
from lightship.portal.view import View
from lightship.scorecards.score import midnight


def portal(view: View) -> dict[str, Any]:
    """`{"name", "built" (UTC), "timezone"}`."""
    return {"name": view.catalog.settings.name, "built": _stamp(view.now), "timezone": view.zone}


def oncall(view: View) -> Mapping[str, dict[str, Any]]:
    """By schedule: `{"name", "timezone", "known", "turns": [[start, end, person, promised]], "people": {id: name}}`.

    Turns are in UTC, half-open, without holes, from the midnight (UTC) before the build for six weeks; nobody is ''.
    `people` are those of the turns.
    """
    return {id: _schedule(view, duty) for id, duty in view.duties.items()}


def _schedule(view: View, duty: Duty) -> dict[str, Any]:
    people = view.catalog.people
    # Whole days, so that the file is the same all day long.
    start = midnight(view.now)
    end = start + HORIZON
    turns = [
        [_stamp(max(turn.start, start)), _stamp(min(turn.end, end)), turn.person, turn.promised]
        for turn in duty.turns
        if turn.start < end and turn.end > start
    ]
    named = dict.fromkeys(str(person) for _, _, person, _ in turns if person)
    return {
        "name": duty.schedule.label,
        "timezone": duty.schedule.timezone,
        "known": duty.known,
        "turns": turns,
        "people": {id: people[id].label if id in people else id for id in named},
    }


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
