"""In what capacities somebody may approve: at the moment of the vote by the base, and still now. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.question import Question, Rules
from lightship.actions.votes import works
from lightship.catalog.kinds.policy import Approvers


def holds(
    question: Question, rules: Rules, approvers: Approvers, person: str, at: datetime, now: datetime
) -> bool:
    """Whether `person` holds the capacity of `approvers` at `at`, and belongs to it still.

    Being on call, or in command, has to hold at `at` alone; membership, a role and working here at `at` and `now`.
    """
    if not (works(rules, person, at) and works(question.current, person, now)):
        return False
    if approvers.capacity == "target-on-call":
        return any(span.person == person and span.start <= at < span.end for span in question.on_call)
    if approvers.capacity == "incident-commander":
        incident = question.incident
        return (
            incident is not None
            and incident.is_open
            and any(span.person == person and span.start <= at < span.end for span in incident.commanders)
        )
    return all(_belongs(question, rules, each, approvers, person) for each in (rules, question.current))


def _belongs(question: Question, rules: Rules, seen: Rules, approvers: Approvers, person: str) -> bool:
    """Whether `seen` has `person` in the capacity; whose the target is, `rules` say."""
    if approvers.capacity == "target-owner":
        return rules.target is not None and _in_team(seen, rules.target.owner, person)
    if approvers.capacity == "team":
        return approvers.team is not None and _in_team(seen, approvers.team, person)
    if approvers.capacity == "role":
        return approvers.role is not None and approvers.role in seen.people[person].roles
    if approvers.capacity == "requester-manager":
        requester = seen.people.get(question.request.requester)
        return requester is not None and requester.manager == person
    return approvers.capacity == "person" and approvers.person == person


def _in_team(rules: Rules, team: str, person: str) -> bool:
    found = rules.teams.get(team)
    return found is not None and (person in found.members or found.lead == person)


def seats(rules: Rules, person: str) -> Iterator[str]:
    """Themselves, and everybody whose delegate they are."""
    yield person
    for id, each in rules.people.items():
        if each.delegate == person and id != person:
            yield id
