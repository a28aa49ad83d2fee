"""Who is in which capacity: at the moment of the vote by the base, and still now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lightship.actions.question import Question, Rules, Span
from lightship.actions.votes import works
from lightship.catalog.kinds.policy import Approvers

_FIELDS = {"role": "role", "team": "team", "person": "person"}
_BY_THE_HOUR = ("target-on-call", "incident-commander")


def holders(
    question: Question, rules: Rules, approvers: Approvers, at: datetime, now: datetime | None
) -> frozenset[str]:
    """Everybody in the capacity of `approvers` at `at`, by `rules`, who belongs to it still at `now`.

    Being on call, or in command, has to hold at `at` alone; membership, a role and working here at `at` and `now`. Where
    `now` is None, what became of them since does not matter.
    """
    found = _by_the_hour(question, approvers, at)
    if found is None:
        found = _belonging(question, rules, rules, approvers)
        if now is not None:
            found &= _belonging(question, rules, question.current, approvers)
    return frozenset(
        person
        for person in found
        if works(rules, person, at) and (now is None or works(question.current, person, now))
    )


def trouble(question: Question, rules: Rules, approvers: Approvers, now: datetime) -> str:
    """Why nobody can ever be in the capacity of `approvers`; '' where somebody is, or may come to be."""
    if fault := misnamed(approvers):
        return fault
    if approvers.capacity == "target-on-call":
        return "" if rules.target is not None else "it names no target that somebody is on call for"
    if approvers.capacity == "incident-commander":
        return "" if question.incident is not None else "it names no incident that somebody leads"
    if holders(question, rules, approvers, now, now):
        return ""
    return f"there is nobody who could approve as {name(approvers)}"


def misnamed(approvers: Approvers) -> str:
    """Why `approvers` does not say who is meant: each capacity has its own field, and no other's."""
    given = {field for field in _FIELDS.values() if getattr(approvers, field) is not None}
    wanted = {_FIELDS[approvers.capacity]} if approvers.capacity in _FIELDS else set()
    if given == wanted:
        return ""
    return f"the policy does not say clearly who approves as {approvers.capacity}"


def name(approvers: Approvers) -> str:
    """What the capacity is called, such as 'team payments'."""
    which = approvers.role or approvers.team or approvers.person
    return f"{approvers.capacity} {which}" if which else approvers.capacity


def _by_the_hour(question: Question, approvers: Approvers, at: datetime) -> frozenset[str] | None:
    """Who is on call, or in command of an open incident, at `at`; None where the capacity is of another sort."""
    if approvers.capacity not in _BY_THE_HOUR:
        return None
    if approvers.capacity == "target-on-call":
        return _during(question.on_call, at)
    incident = question.incident
    return _during(incident.commanders, at) if incident is not None and incident.is_open else frozenset()


def _during(spans: Iterable[Span], at: datetime) -> frozenset[str]:
    return frozenset(span.person for span in spans if span.start <= at < span.end)


def _belonging(question: Question, rules: Rules, seen: Rules, approvers: Approvers) -> frozenset[str]:
    """Whom `seen` has in the capacity; whose the target is, `rules` say."""
    if approvers.capacity == "target-owner":
        return _team(seen, rules.target.owner) if rules.target is not None else frozenset()
    if approvers.capacity == "team":
        return _team(seen, approvers.team)
    if approvers.capacity == "role":
        return frozenset(id for id, person in seen.people.items() if approvers.role in person.roles)
    if approvers.capacity == "person":
        return _named(approvers.person)
    requester = seen.people.get(question.request.requester)
    return _named(requester.manager) if requester is not None else frozenset()


def _team(rules: Rules, id: str | None) -> frozenset[str]:
    team = rules.teams.get(id or "")
    return _named(*team.members, team.lead) if team is not None else frozenset()


def _named(*ids: str | None) -> frozenset[str]:
    return frozenset(id for id in ids if id is not None)
