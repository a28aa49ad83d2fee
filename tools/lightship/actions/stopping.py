"""A request that was begun and may not go on: find out what was done, take it back in reverse, and end it."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.actions import receipts
from lightship.actions.calling import Called, Caller
from lightship.actions.plan import Plan
from lightship.actions.question import Decision, Question
from lightship.actions.records import Records
from lightship.actions.requests import ENDED, RECEIPT, Act, Course, subject
from lightship.actions.taking import Outcome, Taking, Told
from lightship.actions.vendor import Vendors

_UNSETTLED = ("claimed", "in_doubt")


class Stopping:
    """Ends requests that were begun, writing to `records` what comes of it."""

    def __init__(self, records: Records, vendors: Vendors, caller: Caller, taking: Taking) -> None:
        self._records = records
        self._vendors = vendors
        self._caller = caller
        self._taking = taking

    def stop(self, question: Question, plan: Plan, decision: Decision, why: str = "") -> Iterator[Told]:
        """End the request; where something cannot be told, or taken back, yet, the next run goes on."""
        id = question.request.id
        for step, act in self._records.course(id).steps.items():
            if act.state in _UNSETTLED:
                yield from self._settle(id, step, act, plan)
        course = self._records.course(id)
        if any(_is_critical(act) and act.state in _UNSETTLED for act in course.steps.values()):
            return
        if not why and _is_complete(course, plan):
            self._end(id, *how_it_went(course, plan), decision)
            return
        takeable = course.takeable
        for grant in reversed(takeable):
            yield self._taking.back(grant)
        course = self._records.course(id)
        if course.takeable:
            return
        outcome, reason = _how_it_stopped(course, decision, bool(takeable))
        self._end(id, outcome, why or reason, decision)
        told: Outcome = "failed" if outcome in ("failed", "undone") else "refused"
        yield Told(id, "", told, f"{outcome}: {why or reason}")

    def _settle(self, id: str, step: str, act: Act, plan: Plan) -> Iterator[Told]:
        """Find out whether a step was done whose run died, or of which nobody could tell."""
        if act.state == "claimed" and (busy := self._records.busy(act.claims[-1])):
            yield Told(id, step, "pending", busy)
            return
        called = self._looked(step, act, plan)
        if called.outcome == "pending":
            yield Told(id, step, "pending", called.detail)
            return
        outcome = "failed" if called.outcome == "refused" else called.outcome
        if outcome != act.state:
            data = receipts.receipt(outcome, called.detail, act.uses, called.refs)
            self._records.write(RECEIPT, subject(id, step, False), data)
        hint = f"; `lightship resolve-doubt {id} {step}` once you know" if outcome == "in_doubt" else ""
        yield Told(id, step, outcome, f"{called.detail}{hint}")

    def _looked(self, step: str, act: Act, plan: Plan) -> Called:
        if not act.called:
            return Called("refused", "nothing was called")
        operation = self._vendors.find(act.uses)
        params = act.params or next((each.params for each in plan.steps if each.id == step), None)
        if operation is None or params is None:
            return Called("in_doubt", "it may have been done, and the vendor cannot be asked from here")
        return self._caller.look(operation, params, act.key)

    def _end(self, id: str, outcome: str, why: str, decision: Decision) -> None:
        self._records.write(ENDED, id, receipts.ended(outcome, why, decision))


def how_it_went(course: Course, plan: Plan) -> tuple[str, str]:
    """How a request ended of which every critical step was done, or simulated; and what was not."""
    simulated = [step for step in plan.steps if course.step(step.id).state == "simulated"]
    lacking = [step for step in plan.steps if course.step(step.id).state not in ("done", "simulated")]
    told = [f"{step.id}: {course.step(step.id).detail or 'not done in time'}" for step in lacking]
    told += [f"{step.id} was simulated" for step in simulated]
    return "simulated" if any(step.critical for step in simulated) else "done", "; ".join(told)


def _how_it_stopped(course: Course, decision: Decision, taken: bool) -> tuple[str, str]:
    stays = [step for step, act in course.steps.items() if act.state == "done" and step not in course.undone]
    told = [
        f"{step}: {act.detail}" for step, act in course.steps.items() if act.state in ("refused", "failed")
    ]
    told += [*decision.reasons, *(["what was done was taken back"] if taken else [])]
    told += [f"{step} stays as it was done" for step in stays]
    if not decision.allowed:
        return decision.state, "; ".join(told)
    return "undone" if taken else "failed", "; ".join(told)


def _is_complete(course: Course, plan: Plan) -> bool:
    """Whether every critical step was done, or simulated."""
    states = [course.step(step.id).state for step in plan.steps if step.critical]
    return not plan.problems and all(state in ("done", "simulated") for state in states)


def _is_critical(act: Act) -> bool:
    return act.intent.get("critical") is not False
