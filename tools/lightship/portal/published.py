"""What the portal publishes beside its pages, for scripts and calendars: shifts by schedule and person, and when all of it was worked out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from lightship.oncall import feed
from lightship.oncall.current import HORIZON, Duty
from lightship.oncall.feed import Shift
from lightship.portal.keys import code
from lightship.portal.view import View
from lightship.scorecards.score import midnight


def portal(view: View) -> dict[str, Any]:
    """`{"name", "built" (UTC), "timezone"}`."""
    return {"name": view.catalog.settings.name, "built": _stamp(view.now), "timezone": view.zone}


def oncall(view: View) -> Mapping[str, dict[str, Any]]:
    """By schedule: `{"name", "timezone", "known", "turns": [[start, end, person, promised]], "people": {id: name}}`.

    Turns are in UTC, half-open, without holes, from the midnight (UTC) before the build for six weeks; nobody is ''.
    `people` are those of the turns whom the catalog knows. Where a pager owns the schedule, `source` names it,
    `observed_at` is when it was heard, and `until` when it is not believed any more.
    """
    return {id: _schedule(view, duty) for id, duty in view.duties.items()}


def calendars(view: View) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """The calendars of schedules and people on call: file, what it rests on, and how it is made."""
    catalog = view.catalog
    mine: dict[str, list[Shift]] = {}
    for id, duty in view.duties.items():
        taken = feed.taken(duty.rota, catalog.people, view.now)
        yield f"calendars/{id}.ics", _rests(view, taken), partial(feed.of_schedule, catalog, id, taken)
        for shift in taken:
            mine.setdefault(shift.person, []).append(shift)
    for person, shifts in mine.items():
        if person in catalog.people:
            file = f"calendars/people/{person}.ics"
            yield file, _rests(view, shifts), partial(feed.of_person, catalog, person, shifts)


def _rests(view: View, shifts: Iterable[Shift]) -> str:
    """Changes with whatever a calendar says of `shifts`."""
    catalog = view.catalog
    held = list(shifts)
    people = (catalog.people.get(id) for id in dict.fromkeys(shift.person for shift in held))
    schedules = (catalog.schedules[id] for id in dict.fromkeys(shift.schedule for shift in held))
    said = [catalog.settings.url or "", code()]
    said += (f"{each.id} {each.label} {each.timezone}" for each in (*people, *schedules) if each)
    said += (f"{shift.start} {shift.end} {shift.schedule} {shift.person}" for shift in held)
    return hashlib.blake2b("\n".join(said).encode(), digest_size=12).hexdigest()


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
    heard = duty.rota.observed_at
    return {
        "name": duty.schedule.label,
        "timezone": duty.schedule.timezone,
        "known": duty.known,
        "turns": turns,
        "people": {id: people[id].label for id in named if id in people},
        **(
            {
                "source": duty.source,
                "observed_at": _stamp(heard),
                "until": _stamp(min(heard + duty.schedule.max_age, duty.rota.until or heard)),
            }
            if heard
            else {}
        ),
    }


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
