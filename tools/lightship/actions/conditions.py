"""What conditions see of a request: itself, its target, who asks, the incident, and the time. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from lightship.actions.question import OpenIncident, Span
from lightship.actions.vocabulary import VARIABLES
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.request import Request
from lightship.catalog.kinds.service import Service
from lightship.catalog.kinds.team import Team, WorkingHours
from lightship.expressions import Shape
from lightship.oncall.localtime import wall, zone
from lightship.oncall.turns import WEEKDAYS
from lightship.scorecards.context import whole


class Conditions:
    """The values of conditions by the catalog of one commit."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._targets: dict[str, Any] = {}
        self._requesters: dict[str, dict[str, Any]] = {}

    def facts(
        self,
        request: Request,
        on_call: tuple[Span, ...],
        incident: OpenIncident | None,
        now: datetime,
        frozen: bool = False,
    ) -> Mapping[str, Any]:
        """Every variable of `VARIABLES`. `incident` counts only where it is open, and hits the target.

        `frozen`: whether somebody froze the target.
        """
        return {
            "request": _request(request),
            "requester": self._requester(request.requester, on_call, now),
            "incident": None if incident is None else _incident(incident),
            **self.around(request.target, now, frozen),
        }

    def around(self, target: str | None, now: datetime, frozen: bool = False) -> Mapping[str, Any]:
        """The variables `target`, the service of this id (null where it is None), and `time`."""
        service = self._catalog.services.get(target or "")
        team = self._catalog.teams.get(service.owner) if service else None
        return {"target": {**self._target(service), "frozen": frozen}, "time": _time(team, now)}

    def _target(self, service: Service | None) -> Any:
        id = service.id if service else ""
        if id not in self._targets:
            self._targets[id] = self._read_target(service)
        return self._targets[id]

    @cached_property
    def _read_target(self) -> Any:
        shape = VARIABLES["target"]
        kept = {name: part for name, part in shape.fields.items() if name != "frozen"}
        return whole(Shape("object", fields=kept), {"name": lambda service: service.label})

    @cached_property
    def _read_requester(self) -> Any:
        shape = VARIABLES["requester"]
        kept = {name: part for name, part in shape.fields.items() if name not in ("teams", "on_call")}
        return whole(Shape("object", fields=kept), {})

    def _requester(self, id: str, on_call: tuple[Span, ...], now: datetime) -> Mapping[str, Any]:
        if id not in self._requesters:
            teams = [
                team.id for team in self._catalog.teams.values() if id in team.members or team.lead == id
            ]
            read = self._read_requester(self._catalog.people.get(id))
            self._requesters[id] = {**read, "id": id, "teams": teams}
        awake = any(span.person == id and span.start <= now < span.end for span in on_call)
        return {**self._requesters[id], "on_call": awake}


def _request(request: Request) -> Mapping[str, Any]:
    return {
        "id": request.id,
        "action": request.action,
        "target": request.target or "",
        "beneficiary": request.beneficiary,
        "reason": request.reason,
        "incident": request.incident or "",
        "at": request.requested_at.astimezone(UTC),
        "not_after": request.not_after.astimezone(UTC),
        "inputs": request.inputs,
    }


def _incident(incident: OpenIncident) -> Mapping[str, Any]:
    return {
        "id": incident.id,
        "severity": incident.severity,
        "state": incident.state,
        "services": list(incident.services),
    }


def _time(team: Team | None, now: datetime) -> Mapping[str, Any]:
    """The moment as the target's owner has it; in UTC, and never at work, where nobody says when they are."""
    hours = team.working_hours if team else None
    local = wall(now, zone(hours.timezone)) if hours else now.astimezone(UTC)
    weekday = WEEKDAYS[local.weekday()]
    return {
        "now": now.astimezone(UTC),
        "weekday": weekday,
        "hour": local.hour,
        "working_hours": hours is not None and _at_work(hours, local, weekday),
    }


def _at_work(hours: WorkingHours, local: datetime, weekday: str) -> bool:
    clock = local.time()
    if hours.start < hours.end:
        return weekday in hours.days and hours.start <= clock < hours.end
    before = WEEKDAYS[local.weekday() - 1]
    return (weekday in hours.days and clock >= hours.start) or (before in hours.days and clock < hours.end)
