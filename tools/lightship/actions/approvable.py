"""Whether somebody else could approve an action in an incident, by who can be called at that hour. Pure.

Everybody who could and can be called says yes, half an hour after who is on call asked: what `decide` makes of that,
counts. So the rehearsal and the real thing can never differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from lightship.actions.capacities import holders
from lightship.actions.conditions import Conditions
from lightship.actions.decide import decide
from lightship.actions.question import Decision, OpenIncident, Question, Rules, Span, Vote
from lightship.actions.vocabulary import VARIABLES
from lightship.actions.votes import is_active
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.action import Action
from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.policy import Approvers, Policy
from lightship.catalog.kinds.request import LONGEST, Request
from lightship.catalog.kinds.service import Service
from lightship.expressions import Expression
from lightship.journal.entry import new_id

PATIENCE = timedelta(minutes=30)  # the longest that an incident can wait for an escalation
_ALWAYS = datetime(1971, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_COMMANDER = "incident-commander"
_OF_ITS_OWN = (("request",), ("request", "inputs"), ("request", "action"))
_OF_THE_SERVICE = (("target",), ("request", "target"), ("incident", "services"))


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why nobody else may approve an action, and what would change that."""

    why: str
    fix: str


class Approvable:
    """Answers by one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._conditions = Conditions(catalog)
        self._commanders = [id for id, person in catalog.people.items() if _COMMANDER in person.roles]

    def needed(self, service: Service) -> Mapping[str, bool]:
        """The actions that an incident on `service` may need → whether a runbook of the service asks for it."""
        catalog = self._catalog
        found = {
            id: False
            for id, action in catalog.actions.items()
            if action.target == "service" and action.category != "governance"
        }
        runbooks = (catalog.runbooks.get(id) for id in service.runbooks)
        steps = (step.action for runbook in runbooks if runbook for step in runbook.steps)
        return {**found, **{id: True for id in steps if id and id in catalog.actions}}

    def sort(self, id: str, service: Service, wanted: bool) -> tuple[str, ...]:
        """What the answer for the action `id` on `service` rests on, beside who asks, and when: of one sort, one answer."""
        action = self._catalog.actions[id]
        paths = set(self._looked_at(action))
        own = id if wanted or any(path[:2] in _OF_ITS_OWN for path in paths) else ""
        whole = own or any(path[:2] in _OF_THE_SERVICE for path in paths)
        fields = {path[1] for path in paths if path[0] == "target" and len(path) > 1}
        seen = [repr(getattr(service, name, service.id)) for name in sorted(fields)]
        about = (service.id,) if whole else (service.owner, *seen)
        return (own, action.policy, action.allow, action.target or "", *about)

    def depends_on_hour(self, id: str) -> bool:
        """Whether who may ask for the action `id`, or approve it, changes with the hour."""
        return any(path[0] == "time" for path in self._looked_at(self._catalog.actions[id]))

    def _looked_at(self, action: Action) -> Iterator[tuple[str, ...]]:
        """What the conditions look at."""
        policy = self._catalog.policies.get(action.policy)
        tiers = policy.tiers if policy else ()
        told = [action.allow, *(each for tier in tiers for each in (tier.when, tier.auto_approve or ""))]
        return (path for source in told if source for path in _paths(source))

    def lacking(
        self, action: Action, service: Service, asks: str, at: datetime, wanted: bool
    ) -> Lacking | None:
        """Why nobody but `asks` may approve `action` on `service` at `at`; None where somebody may.

        Unless it is `wanted`, an action for which `asks` may not ask lacks nothing.
        """
        decision = self._best(action, service, asks, at, True)
        if decision.allowed:
            return None
        if "allow" in decision.families:
            fix = f"widen `allow` in {action.path}, or take the step out of the runbook"
            return Lacking(f"'{asks}' may not ask for it: {decision.reasons[0]}", fix) if wanted else None
        asleep = sorted(
            self._voters(action, service, asks, at, False) - self._voters(action, service, asks, at, True)
        )
        policy = self._catalog.policies.get(action.policy)
        if asleep and self._best(action, service, asks, at, False).allowed:
            one = self._catalog.people[asleep[0]]
            return Lacking(
                f"who could, cannot be called: {', '.join(asleep)}",
                f"give {one.id} a phone or a pager in {one.path}",
            )
        place = policy.path if policy else f"`policy` of {action.id}"
        fix = f"let somebody else approve in {place}: an escalation within 30 minutes, or an `override` role"
        return Lacking(decision.reasons[0], fix)

    def _best(self, action: Action, service: Service, asks: str, at: datetime, reachable: bool) -> Decision:
        """The decision once everybody has agreed, with the commander under whom it goes best."""
        voters = self._voters(action, service, asks, at, reachable)
        question = self._question(action, service, asks, at)
        votes = tuple(
            Vote(id, id, "approve", at, question.digest, reason="rehearsal") for id in sorted(voters)
        )
        question = replace(question, votes=votes)
        decision = decide(question, at)
        for id in self._commanders:
            if decision.allowed or id not in voters or question.incident is None:
                continue
            led = replace(question.incident, commanders=(Span(id, *_ALWAYS),))
            decision = decide(replace(question, incident=led), at)
        return decision

    def _question(self, action: Action, service: Service, asks: str, at: datetime) -> Question:
        asked_at = at - PATIENCE
        request = Request.model_construct(
            id=f"req-{new_id(asked_at, bytes(10)).lower()}",
            action=action.id,
            target=service.id if action.target else None,
            inputs=dict(_inputs(action, service, asks, self._catalog)),
            reason="rehearsal",
            requester=asks,
            incident="inc-19710101-rehearsal",
            requested_at=asked_at,
            not_after=asked_at + LONGEST,
        )
        on_call = (Span(asks, *_ALWAYS),)
        incident = OpenIncident("inc-19710101-rehearsal", "SEV1", "open", (service.id,))
        catalog = self._catalog
        rules = Rules(
            action,
            catalog.policies.get(action.policy),
            catalog.people,
            catalog.teams,
            service if action.target else None,
            facts=self._conditions.facts(request, on_call, incident, at),
        )
        return Question(
            request, "rehearsal", rules, rules, rules, needs_merge=False, on_call=on_call, incident=incident
        )

    def _voters(
        self, action: Action, service: Service, asks: str, at: datetime, reachable: bool
    ) -> frozenset[str]:
        """Who might approve, but who asks; where `reachable`, only who can be called."""
        policy = self._catalog.policies.get(action.policy)
        if policy is None:
            return frozenset()
        question = self._question(action, service, asks, at)
        named = list(_approvers(policy))
        found = {id for each in named for id in holders(question, question.base, each, at, at)}
        if any(each.capacity == "incident-commander" for each in named):
            found |= {id for id in self._commanders if is_active(self._catalog.people[id], at)}
        people = self._catalog.people
        found |= {people[id].delegate or "" for id in found}
        return frozenset(
            id for id in found - {asks} if id in people and (not reachable or can_be_called(people[id], at))
        )


def can_be_called(person: Person | None, at: datetime) -> bool:
    """Whether somebody works here at `at`, and a phone or a pager wakes them."""
    return person is not None and is_active(person, at) and bool(person.phone or person.pagerduty)


def _approvers(policy: Policy) -> Iterator[Approvers]:
    for tier in policy.tiers:
        yield from tier.approvers
        yield from (each for step in tier.escalation for each in step.approvers)
    yield from (Approvers(capacity="role", role=role) for role in policy.override)


def _inputs(action: Action, service: Service, asks: str, catalog: Catalog) -> Iterator[tuple[str, Any]]:
    """What might be filled in, for conditions to look at."""
    kinds = {"service": service.id, "person": asks, "environment": next(iter(service.environments), "")}
    plain = {"integer": 1, "number": 1, "boolean": False}
    for name, schema in action.properties.items():
        kind = schema.get("x-kind")
        if isinstance(kind, str) and kind in catalog.entities:
            yield name, kinds.get(kind) or next(iter(catalog.entities[kind]), "")
        elif "default" in schema:
            yield name, schema["default"]
        else:
            likely = schema.get("minimum", plain.get(str(schema.get("type")), ""))
            yield name, next(iter(schema.get("enum") or ()), likely)


@lru_cache(maxsize=512)
def _paths(source: str) -> frozenset[tuple[str, ...]]:
    return Expression(source, VARIABLES).paths
