"""The rehearsal: for every tier-1 service and every hour ahead, would an incident find people and a way? Pure.

Looked at are the spans between changes: of who is on call, who escalations call, and who works here. Whatever depends on the
hour is looked at by the hour. Moments are UTC, spans half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from lightship.actions.approvable import Approvable, Lacking, can_be_called
from lightship.actions.holes import Gap, joined
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.schedule import EscalationLevel
from lightship.catalog.kinds.service import Service
from lightship.facts.records import Observed
from lightship.incidents.trust import Proof, trust
from lightship.oncall.current import HORIZON, Duty, duties
from lightship.oncall.people import left

LONGEST = HORIZON


def rehearse(
    catalog: Catalog, observed: Observed, uses: Mapping[str, Sequence[Proof]], now: datetime, ahead: timedelta
) -> tuple[Gap, ...]:
    """Everything that is missing in [now, now + `ahead`), by service and time; `ahead` is LONGEST at the most.

    `uses` is what incidents prove of runbooks (`trust.used`).
    """
    now = now.astimezone(UTC).replace(second=0, microsecond=0)
    stage = _Stage(catalog, duties(catalog, now, observed), uses, now, now + min(ahead, LONGEST))
    return tuple(gap for service in tier_one(catalog) for gap in joined(stage.gaps(service)))


def tier_one(catalog: Catalog) -> tuple[Service, ...]:
    """The services that are rehearsed."""
    return tuple(each for each in catalog.services.values() if each.tier == 1 and each.lifecycle != "retired")


class _Stage:
    """One rehearsal from `now` to `end`."""

    def __init__(
        self,
        catalog: Catalog,
        duties: Mapping[str, Duty],
        uses: Mapping[str, Sequence[Proof]],
        now: datetime,
        end: datetime,
    ) -> None:
        self._catalog, self._duties, self._uses = catalog, duties, uses
        self._now, self._end = now, end
        self._approvable = Approvable(catalog)
        self._known: dict[tuple[object, ...], Lacking | None] = {}
        gone = (left(person) for person in catalog.people.values())
        self._leaving = sorted({moment for moment in gone if moment is not None and now < moment < end})
        self._heads = frozenset(_heads(catalog))

    def gaps(self, service: Service) -> Iterator[Gap]:
        """What is missing for `service`; neighbours in time may be one."""
        levels = self._levels(service)
        needed = self._approvable.needed(service)
        for start, end in pairwise(self._edges(service, levels)):
            on_call, answer = self._on_call(service, start)
            called = [self._person(level, start) for level in levels]
            backup = next((id for id in called if can_be_called(self._catalog.people.get(id), start)), "")
            asks = on_call or ("" if answer and self._promised(service, start) else backup)
            if answer and not asks:
                yield Gap(service.id, "answer", "", *answer, start, end)
            if lack := self._escalation(service, levels, called, on_call, start):
                yield Gap(service.id, "escalation", "", *lack, start, end)
            if asks or backup:
                yield from self._approvals(service, needed, asks or backup, start, end)
        yield from self._runbooks(service)

    def _levels(self, service: Service) -> tuple[EscalationLevel, ...]:
        schedule = self._catalog.schedules.get(service.schedule or "")
        return service.escalation or (schedule.escalation if schedule else ())

    def _edges(self, service: Service, levels: Iterable[EscalationLevel]) -> list[datetime]:
        """Every moment at which it may change who is called."""
        named = {service.schedule or "", *(level.schedule or "" for level in levels)}
        found = {self._now, self._end, *self._leaving}
        for id in named & self._duties.keys():
            found |= {edge for turn in self._duties[id].turns for edge in (turn.start, turn.end)}
        return sorted(moment for moment in found if self._now <= moment <= self._end)

    def _on_call(self, service: Service, at: datetime) -> tuple[str, tuple[str, str] | None]:
        """Who is on call and can be called; else '' with why not, and the way out."""
        duty = self._duties.get(service.schedule or "")
        if duty is None:
            return "", ("it names no schedule", f"add `schedule:` to {service.path}")
        turn = next((turn for turn in duty.turns if turn.holds(at)), None)
        place = duty.schedule.path
        if not duty.known or turn is None:
            why = duty.why or f"{duty.source} has told of no shift then"
            return "", (why, "record its shifts again with `lightship record oncall`")
        if not turn.person:
            return "", ("nobody is on call", f"add an override to {place}, or widen its layers")
        person = self._catalog.people.get(turn.person)
        if person is None or not can_be_called(person, at):
            way = (
                f"give {turn.person} a phone or a pager in {person.path}"
                if person
                else f"add catalog/people/{turn.person}.yaml"
            )
            return "", (f"'{turn.person}' is on call, and cannot be called", way)
        return turn.person, None

    def _promised(self, service: Service, at: datetime) -> bool:
        """Whether somebody is on call at `at` as the schedule says, or as far as anybody can tell."""
        duty = self._duties.get(service.schedule or "")
        if duty is None or not duty.known:
            return True
        turn = next((turn for turn in duty.turns if turn.holds(at)), None)
        return turn is None or turn.promised or bool(turn.person)

    def _person(self, level: EscalationLevel, at: datetime) -> str:
        """Whom a step of an escalation calls at `at`; '' for nobody."""
        if level.schedule:
            duty = self._duties.get(level.schedule)
            return next((turn.person for turn in duty.turns if turn.holds(at)), "") if duty else ""
        if level.team:
            team = self._catalog.teams.get(level.team)
            return (team.lead if team else None) or ""
        return level.person or ""

    def _escalation(
        self,
        service: Service,
        levels: Sequence[EscalationLevel],
        called: Sequence[str],
        on_call: str,
        at: datetime,
    ) -> tuple[str, str] | None:
        """Why the escalation does not end at a leader who can be called, and the way out."""
        schedule = self._catalog.schedules.get(service.schedule or "")
        place = service.path if service.escalation or schedule is None else schedule.path
        if not levels:
            return "nobody is next when who is on call does not answer", f"add an `escalation` to {place}"
        last = called[-1]
        person = self._catalog.people.get(last)
        if not can_be_called(person, at):
            what = f"at '{last}', who cannot be called" if last else "at nobody"
            return (
                f"it ends {what}",
                f"let the last step of the escalation in {place} name somebody who can be called",
            )
        if last == on_call:
            return (
                f"it ends at '{last}', who was called first",
                f"add a further step to the escalation in {place}",
            )
        if last not in self._heads:
            return (
                f"it ends at '{last}', who leads nobody",
                f"add a leader as the last step of the escalation in {place}",
            )
        return None

    def _approvals(
        self,
        service: Service,
        needed: Mapping[str, bool],
        asks: str,
        start: datetime,
        end: datetime,
    ) -> Iterator[Gap]:
        epoch = max((moment for moment in self._leaving if moment <= start), default=self._now)
        for id, wanted in needed.items():
            hourly = self._approvable.depends_on_hour(id)
            for since, until in _half_hours(start, end) if hourly else ((start, end),):
                key = (*self._approvable.sort(id, service, wanted), asks, since if hourly else epoch)
                if key not in self._known:
                    action = self._catalog.actions[id]
                    self._known[key] = self._approvable.lacking(action, service, asks, since, wanted)
                if lack := self._known[key]:
                    yield Gap(service.id, "approval", id, lack.why, lack.fix, since, until)

    def _runbooks(self, service: Service) -> Iterator[Gap]:
        """From when on none of the runbooks can be relied on."""
        found = {id: each for id in service.runbooks if (each := self._catalog.runbooks.get(id))}
        until = self._now
        why, fix = "it has no runbook", f"write one and name it in {service.path}"
        for id, runbook in found.items():
            state = trust(runbook, self._uses.get(id, ()), self._now)
            if not runbook.steps or state.failed or state.review_due is None:
                why = why if until > self._now else f"no runbook can be relied on, such as '{id}'"
                fix = fix if until > self._now else f"review {runbook.path}, and try it out"
                continue
            ends = datetime.combine(state.review_due + timedelta(days=1), time(), UTC)
            if ends > until or until == self._now:
                until, why = max(ends, self._now), f"the review of '{id}' no longer holds"
                fix = f"read {runbook.path} through, and set `reviewed_at`"
        if until < self._end:
            yield Gap(service.id, "runbook", "", why, fix, until, self._end)


def _heads(catalog: Catalog) -> Iterator[str]:
    """Who leads: by role, a team, or people."""
    for id, person in catalog.people.items():
        if {"leader", "incident-commander"} & set(person.roles):
            yield id
        yield person.manager or ""
    for team in catalog.teams.values():
        yield from (team.lead or "", team.manager or "")


def _half_hours(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """[start, end) cut at every half hour: zones differ by no less."""
    step = timedelta(minutes=30)
    while start < end:
        reached = start.replace(minute=start.minute // 30 * 30, second=0, microsecond=0) + step
        yield start, min(reached, end)
        start = min(reached, end)
