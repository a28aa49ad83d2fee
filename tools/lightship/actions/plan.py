"""What would be done for a request, step by step, with the parameters as they are sent. Pure; errors are reasons.

A step may look at what an earlier one made (`steps.<id>.<ref>`): until that is known, its parameters are not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lightship import text
from lightship.actions.inputs import wrong
from lightship.actions.operations import operation
from lightship.actions.parameters import applies, filled
from lightship.actions.question import Decision, Question
from lightship.actions.values import Asking, ends_in, of_incident, of_request, values
from lightship.actions.vendor import Refs
from lightship.catalog.kinds.action import ActionStep


@dataclass(frozen=True)
class Step:
    """One call. `key` marks it at the vendor; it is taken back by `undo` ('' for never) at `expires_at` (None for never).

    `waits_for` are the steps whose references it needs; its `params` are then as they are written.
    """

    id: str
    uses: str
    params: Mapping[str, Any]
    critical: bool
    undo: str
    key: str
    expires_at: datetime | None = None
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The steps in order; where there are `problems`, nothing of it may be done."""

    request: str
    steps: tuple[Step, ...] = ()
    problems: tuple[str, ...] = ()


def key(request: str, step: str) -> str:
    """What marks a step at the vendor: 32 hex digits."""
    return hashlib.sha256(f"{request}|{step}".encode()).hexdigest()[:32]


def plan(
    question: Question,
    now: datetime,
    made: Mapping[str, Refs] | None = None,
    until: datetime | None = None,
    decision: Decision | None = None,
) -> Plan:
    """The plan by the action of the merge's base, and by who approved it as `decision` says; by nobody without one.

    `made` are the references of steps that are done; grants end by `until`.
    """
    request, action = question.request, question.base.action
    if action is None:
        return Plan(request.id, problems=(f"there is no action '{request.action}'",))
    asking = _asking(question, decision)
    if troubles := wrong(action, request.inputs, asking):
        return Plan(request.id, problems=tuple(map(str, troubles)))
    seen = values(action, asking, request.inputs, made)
    try:
        length = ends_in(action, seen)
    except text.BadText as error:
        return Plan(request.id, problems=(str(error),))
    end = None if length is None else now + length
    if end is not None and until is not None:
        end = min(end, until)
    return _of_steps(request.id, action.steps, seen, end)


def _of_steps(
    request: str, written: Iterable[ActionStep], seen: Mapping[str, Any], end: datetime | None
) -> Plan:
    steps, problems = [], []
    for step in written:
        found = _step(request, step, seen, end)
        if isinstance(found, str):
            problems.append(f"step {step.id}: {step.uses}: {found}")
        elif found is not None:
            steps.append(found)
    if not steps and not problems:
        problems.append("none of its steps is for this: each has a `when` that does not hold")
    return Plan(request, tuple(steps), tuple(problems))


def _asking(question: Question, decision: Decision | None) -> Asking:
    """Who asks for what, by the merge's base."""
    request, base, incident = question.request, question.base, question.incident
    needed = decision.requirements if decision else ()
    approved = (held.person for each in needed for held in each.satisfied_by)
    return Asking(
        base.entities,
        request.requester,
        request.beneficiary,
        request.target,
        None if incident is None else of_incident(incident),
        {**of_request(request), "approved_by": next(approved, "")},
        base.portal,
    )


def _step(request: str, step: ActionStep, seen: Mapping[str, Any], end: datetime | None) -> Step | str | None:
    """The step, or why there is none; None where it is not for this."""
    known = operation(step.uses)
    if known is None:
        return "there is no such operation"
    try:
        if not applies(step, seen):
            return None
    except text.BadText as error:
        return str(error)
    waits = _waits(step.with_, seen["steps"])
    params: Mapping[str, Any] = step.with_
    if not waits:
        try:
            params = filled(step, known, seen)
        except text.BadText as error:
            return str(error)
    undo = step.undo or ""
    ends = end if undo else None
    return Step(step.id, step.uses, params, step.critical, undo, key(request, step.id), ends, waits)


def _waits(value: Any, made: Mapping[str, Refs]) -> tuple[str, ...]:
    """The steps that templates in `value` look at and that are not done yet."""
    found: set[str] = set()
    if isinstance(value, str):
        try:
            found = {path[1] for path in text.names(value) if path[0] == "steps" and len(path) > 1}
        except text.BadText:
            return ()
    elif isinstance(value, Mapping):
        found = {step for inner in value.values() for step in _waits(inner, made)}
    elif isinstance(value, list | tuple):
        found = {step for inner in value for step in _waits(inner, made)}
    return tuple(sorted(found - made.keys()))
