"""What conditions see of on-call: who is in the rotations, and whether the next two weeks are covered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.schedule import Schedule
from lightship.catalog.kinds.service import Service
from lightship.oncall.people import departures, mentions, roster
from lightship.oncall.shifts import gaps
from lightship.scorecards.people import active

HORIZON = timedelta(days=14)
_NOBODY: Mapping[str, Any] = {
    "schedule": "",
    "source": "rotations",
    "people": [],
    "escalation_levels": 0,
    "covered": False,
    "gap_hours": HORIZON / timedelta(hours=1),
}


class OnCall:
    """On-call of services, computed once a schedule, for the two weeks that begin on `day`."""

    def __init__(self, catalog: Catalog, day: datetime) -> None:
        self._catalog = catalog
        self._day = day
        self._known: dict[str, Mapping[str, Any]] = {}
        self._digests: dict[str, str] = {}

    def of(self, service: Service) -> dict[str, Any]:
        """The fields of `oncall` for `service`; `covered` and `gap_hours` only where we own the schedule."""
        schedule = self._catalog.schedules.get(service.schedule or "")
        known = _NOBODY if schedule is None else self._schedule(schedule)
        levels = len(service.escalation) or known["escalation_levels"]
        return {**known, "escalation_levels": levels}

    def digest(self, service: Service) -> str:
        """Changes with the schedule and with anybody in it."""
        id = service.schedule or ""
        if id not in self._digests:
            schedule = self._catalog.schedules.get(id)
            named = [mention.person for mention in mentions(schedule, self._day)] if schedule else []
            entities = (schedule, *(self._catalog.people.get(person) for person in named))
            self._digests[id] = ",".join(self._catalog.blob(entity) if entity else "-" for entity in entities)
        return self._digests[id]

    def _schedule(self, schedule: Schedule) -> Mapping[str, Any]:
        if schedule.id not in self._known:
            self._known[schedule.id] = self._computed(schedule)
        return self._known[schedule.id]

    def _computed(self, schedule: Schedule) -> Mapping[str, Any]:
        known: dict[str, Any] = {
            "schedule": schedule.id,
            "source": schedule.source,
            "people": [person for person in roster(schedule) if self._active(person)],
            "escalation_levels": len(schedule.escalation),
        }
        if schedule.source == "rotations":
            hours = self._gap_hours(schedule)
            known |= {"covered": hours == 0, "gap_hours": hours}
        return known

    def _gap_hours(self, schedule: Schedule) -> float:
        leaving = departures(schedule, self._catalog.people)
        empty = gaps(schedule, self._day, self._day + HORIZON, leaving=leaving)
        return sum((gap.end - gap.start for gap in empty), timedelta()) / timedelta(hours=1)

    def _active(self, person: str) -> bool:
        return active(self._catalog.people.get(person), self._day.date())
