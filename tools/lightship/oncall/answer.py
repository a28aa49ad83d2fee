"""Who is on call, as data that is printed: now, next, how to reach them, what is wrong ahead, and who carries how much. Pure.

Moments are UTC, ISO 8601, to the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.service import Service
from lightship.oncall.current import HORIZON, Duty, Turn, escalation
from lightship.oncall.fairness import NIGHT, loads
from lightship.oncall.localtime import zone
from lightship.oncall.shifts import Shift, clashes, doubles, shifts
from lightship.oncall.turns import windows

Row = dict[str, Any]
BEHIND = timedelta(days=84)  # over which it is told who carried how much


def answer(
    catalog: Catalog, duties: Mapping[str, Duty], schedule: str, at: datetime, service: Service | None = None
) -> Row:
    """The duty of `schedule`, seen from `at`; the escalation is that of `service` where given. Every key is always there."""
    duty = duties[schedule]
    it = duty.schedule
    return {
        "schedule": schedule,
        "service": service.id if service else None,
        "title": it.label,
        "timezone": it.timezone,
        "at": stamp(at),
        "known": duty.known,
        "why": duty.why,
        "source": duty.source,
        "observed_at": stamp(duty.rota.observed_at) if duty.rota.observed_at else None,
        "age_minutes": int(duty.age / timedelta(minutes=1)) if duty.age is not None else None,
        "promised": duty.current.promised,
        "now": _turn(catalog, duty, duty.current),
        "next": _turn(catalog, duty, duty.following),
        "escalation": [
            {"after": step.after, "kind": step.kind, "id": step.id, **_reach(catalog, step.person)}
            for step in escalation(catalog, duties, service, it)
        ],
        "gaps": [
            {"start": stamp(hole.start), "end": stamp(hole.end)} for hole in duty.holes if hole.end > at
        ],
        "doubles": [
            {"start": stamp(each.start), "end": stamp(each.end), "people": list(each.people)}
            for each in doubles(duty.rota.schedule, *duty.rota.within(at, at + HORIZON))
        ],
        "clashes": list(_clashes(duties, schedule, at)),
    }


def _turn(catalog: Catalog, duty: Duty, turn: Turn | None) -> Row | None:
    """None where nobody is on call, or nobody is known to be."""
    if turn is None or not turn.person:
        return None
    area = ZoneInfo(duty.schedule.timezone)
    ends = turn.end if turn.end < duty.turns[-1].end or duty.rota.until == turn.end else None
    return {
        **_reach(catalog, turn.person),
        "since": stamp(turn.start),
        "until": stamp(ends) if ends else None,
        "until_local": ends.astimezone(area).isoformat(timespec="minutes") if ends else None,
    }


def _reach(catalog: Catalog, id: str) -> Row:
    """Who it is, and how to reach them; all but the id may be ''."""
    person = catalog.people.get(id)
    return {
        "person": id,
        "name": person.label if person else id,
        "phone": (person.phone if person else None) or "",
        "slack": (person.slack if person else None) or "",
        "email": (person.email if person else None) or "",
    }


def _clashes(duties: Mapping[str, Duty], schedule: str, at: datetime) -> Iterable[Row]:
    """When somebody of `schedule` is on call for another one at the same time."""
    end = at + HORIZON
    known = [duty.rota.schedule for duty in duties.values() if duty.known]
    for clash in clashes(known, at, end):
        if schedule in clash.schedules:
            others = [id for id in clash.schedules if id != schedule]
            yield {
                "start": stamp(clash.start),
                "end": stamp(clash.end),
                "person": clash.person,
                "schedules": others,
            }


def stamp(moment: datetime) -> str:
    """`moment` in UTC to the second: 2026-03-01T09:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def load(
    catalog: Catalog, duty: Duty, at: datetime, alerts: Sequence[datetime], incidents: Sequence[datetime]
) -> list[Row]:
    """Who carried how much of the twelve weeks before `at`, and carries of the six after it; the most loaded first.

    `alerts` and `incidents` are the moments of those that paged somebody of this schedule. Nights are 22:00 to 06:00
    in the schedule's zone.
    """
    before, after = duty.rota.within(at - BEHIND, at), duty.rota.within(at, at + HORIZON)
    rota = duty.rota.schedule
    ahead = {each.person: each.hours for each in loads(rota, *after)}
    held, nights = shifts(rota, *before), windows((NIGHT,), zone(rota.timezone), *before)
    dark = [
        moment
        for moment in (*alerts, *incidents)
        if any(night.start <= moment < night.end for night in nights)
    ]
    return [
        {
            "person": each.person,
            "name": _reach(catalog, each.person)["name"],
            "hours": round(each.hours, 1),
            "nights": each.nights,
            "night_hours": round(each.night_hours, 1),
            "weekend_hours": round(each.weekend_hours, 1),
            "share": round(each.share, 2),
            "alerts": _count(held, each.person, alerts),
            "incidents": _count(held, each.person, incidents),
            "pages_at_night": _count(held, each.person, dark),
            "hours_ahead": round(ahead.get(each.person, 0.0), 1),
        }
        for each in loads(rota, *before)
    ]


def _count(held: Iterable[Shift], person: str, moments: Iterable[datetime]) -> int:
    mine = [shift for shift in held if shift.person == person]
    return sum(any(shift.start <= moment < shift.end for shift in mine) for moment in moments)
