"""Carry out what is allowed: every request that has not ended is looked at anew, each time.

Decide → claim → probe → call → read back → receipt. Whatever happens in between, the next run finds its way from the
journal and the vendor alone. What cannot be told is never repeated blindly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lightship.actions import plan as planning
from lightship.actions import receipts
from lightship.actions.calling import Caller
from lightship.actions.decide import decide
from lightship.actions.operations import operation as known
from lightship.actions.plan import Plan, Step
from lightship.actions.question import Decision, Question
from lightship.actions.records import Records
from lightship.actions.requests import ENDED, RECEIPT, Act, subject
from lightship.actions.stopping import Stopping, how_it_went
from lightship.actions.taking import Outcome, Taking, Told
from lightship.actions.vendor import Operation, Refs, Refused, VendorError, Vendors
from lightship.actions.withdrawing import taken_back
from lightship.catalog.kinds.action import ActionStep


@dataclass(frozen=True)
class Case:
    """A request with the question that it raises; where its bytes are none, `problems` say why.

    `settled`: its bytes are what they will ever be, so that a no to them is the last word. `withdrawn` is why nobody asks
    for it any more; None where somebody does.
    """

    id: str
    question: Question | None
    problems: tuple[str, ...] = ()
    settled: bool = True
    withdrawn: str | None = None


class Executor:
    """Carries out requests. `dry`: says what it would do. `held` is why nothing new may begin; '' where it may."""

    def __init__(
        self, records: Records, vendors: Vendors, caller: Caller, *, dry: bool = False, held: str = ""
    ) -> None:
        self._records = records
        self._vendors = vendors
        self._caller = caller
        self._dry = dry
        self._held = held
        self._taking = Taking(records, vendors, caller)
        self._stopping = Stopping(records, vendors, caller, self._taking)

    def carry_out(self, case: Case) -> Iterator[Told]:
        """Bring a request as far as it goes now; one line for each step that something is to be said of."""
        course, question = self._records.course(case.id), case.question
        if course.ended is not None:
            return
        if question is None:
            denied = Decision("denied", reasons=case.problems or ("it is no request",))
            yield from self._denied(case, taken_back(denied, case.withdrawn))
            return
        decision = taken_back(decide(question, self._records.clock.now()), case.withdrawn)
        if decision.allowed and not course.is_stopping:
            yield from self._go(question, decision)
        elif decision.state == "pending":
            yield from _waiting(question, decision, self._records.clock.now())
        elif course.has_begun:
            yield from self._stop(question, decision)
        else:
            yield from self._denied(case, decision)

    def _denied(self, case: Case, decision: Decision) -> Iterator[Told]:
        """End it; but not where its bytes may only have not come here yet, or somebody who said no may still say yes."""
        why = "; ".join(decision.reasons)
        if self._held and decision.state == "expired":
            yield Told(case.id, "", "pending", self._held)  # by a clock that is wrong
        elif case.settled or decision.state in ("expired", "cancelled"):
            yield from self._end(case.id, decision.state, why, decision)
        else:
            yield Told(case.id, "", "refused", f"{decision.state}: {why}")

    def _go(self, question: Question, decision: Decision) -> Iterator[Told]:
        """Do what is left of the plan, in order, up to the first critical step that cannot be done now."""
        plan = self._plan(question, decision)
        for id in [step.id for step in plan.steps]:
            if plan.problems:
                break
            found = next((step for step in plan.steps if step.id == id), None)
            if found is None:
                continue  # by what was made since, it is not for this
            step = self._as_claimed(question, found)
            if (told := self._step(question, step)) is not None:
                yield told
            state = self._act(question, step).state
            if step.critical and state not in ("done", "simulated") and not self._dry:
                if state in ("refused", "failed"):
                    yield from self._stop(question, decision)
                return
            if state == "done":
                plan = self._plan(question, decision)
        if plan.problems:
            yield from self._unplanned(question, plan, decision)
        elif not self._dry and all(self._act(question, step).is_over for step in plan.steps):
            yield from self._finished(question, plan, decision)

    def _plan(self, question: Question, decision: Decision) -> Plan:
        course = self._records.course(question.request.id)
        made = {id: act.refs for id, act in course.steps.items() if act.state == "done"}
        until = decision.expires_at if decision.how == "break-glass" else None
        plan = planning.plan(question, self._records.clock.now(), made, until, decision)
        planned = {step.id for step in plan.steps}
        gone = [id for id, act in course.steps.items() if id not in planned and not act.is_over]
        told = (f"step {id} was begun, and its `when` does not hold any more" for id in gone)
        return plan if plan.problems else replace(plan, problems=tuple(told))

    def _as_claimed(self, question: Question, step: Step) -> Step:
        """The step with what it was first claimed with: what is called is what will be taken back."""
        act = self._act(question, step)
        return step if act.params is None else replace(step, params=act.params, waits_for=())

    def _unplanned(self, question: Question, plan: Plan, decision: Decision) -> Iterator[Told]:
        """What cannot be planned is not begun, and what was begun is taken back."""
        if self._records.course(question.request.id).has_begun:
            yield from self._stop(question, decision, "; ".join(plan.problems))
        else:
            yield from self._end(question.request.id, "failed", "; ".join(plan.problems), decision)

    def _step(self, question: Question, step: Step) -> Told | None:
        """Do one step, or say why not now; None where nothing is left to do of it."""
        act = self._act(question, step)
        if act.is_over:
            return None
        operation = self._vendors.find(step.uses)
        if act.state == "in_doubt" and (operation is None or not operation.readable):
            return _told(question, step, "in_doubt", act.detail)
        if self._dry:
            would = f"it would call {step.uses}"
            lacks = f"{step.uses} has no credentials here: it would be simulated"
            return _told(question, step, "pending", would if operation else lacks)
        if self._held:
            return _told(question, step, "pending", self._held)
        if self._is_late(question, step, act):
            return self._late(question, step)
        if hindered := self._hindered(question, step):
            return hindered
        if operation is None and act.may_be_done:
            lacks = f"it may have been done, and {step.uses} has no credentials here"
            return _told(question, step, "pending", lacks)
        if operation is None or step.waits_for:
            return self._simulate(question, step)
        return self._call(question, step, act, operation)

    def _is_late(self, question: Question, step: Step, act: Act) -> bool:
        """Whether the step's time is over, by our clock or by that of a run that took it back already."""
        over = act.expires_at is not None and act.expires_at <= self._records.clock.now()
        return over or self._records.course(question.request.id).undoing(step.id).undoes(act)

    def _late(self, question: Question, step: Step) -> Told:
        """Take back what a run that died may have granted, and whose time is over; nothing is granted any more."""
        for grant in self._records.course(question.request.id).takeable:
            if grant.step == step.id:
                told = self._taking.back(grant)
                if told.outcome not in ("done", "simulated"):
                    return told
        return self._receipt(question, step, "failed", "its time was over before it was done")

    def _hindered(self, question: Question, step: Step) -> Told | None:
        """What is told of a step that needs what another one makes: it waits for that, or can never be done."""
        course = self._records.course(question.request.id)
        lacking = [id for id in step.waits_for if course.step(id).state != "simulated"]
        if not lacking:
            return None
        if any(course.step(id).is_over for id in lacking):
            why = f"it needs what step {lacking[0]} makes, and that was not done"
            return self._receipt(question, step, "failed", why)
        return _told(question, step, "pending", f"it needs what step {lacking[0]} makes")

    def _simulate(self, question: Question, step: Step) -> Told:
        data = receipts.claim(step, question, simulated=True, existed=False)
        if busy := self._records.hold(question.request.id, step.id, data):
            return _told(question, step, "pending", busy)
        detail = f"{step.uses} has no connector with credentials here: nothing was called"
        self._write(question, step, receipts.receipt("simulated", detail))
        return _told(question, step, "simulated", detail)

    def _call(self, question: Question, step: Step, act: Act, operation: Operation) -> Told:
        try:
            existed = self._existing(step, act, operation)
        except Refused as error:
            return self._receipt(question, step, "refused", str(error))
        except VendorError as error:
            return _told(question, step, "pending", str(error))
        data = receipts.claim(step, question, simulated=False, existed=existed is not None)
        if busy := self._records.hold(question.request.id, step.id, data):
            return _told(question, step, "pending", busy)
        if existed is not None:
            return self._receipt(
                question, step, "done", "it was so before, and not from here: it stays", existed
            )
        called = self._caller.do(operation, step.params, step.key, not act.may_be_done)
        if called.outcome == "pending":
            return _told(question, step, "pending", called.detail)
        return self._receipt(question, step, called.outcome, called.detail, called.refs)

    def _existing(self, step: Step, act: Act, operation: Operation) -> Refs | None:
        """What would be granted, where it is there already, and not by us: then it is not ours to take back either."""
        declared = known(step.uses)
        marked = declared is None or declared.idempotency != "state"
        if not step.undo or act.is_ours or marked or not operation.readable:
            return None
        ours = any(
            (grant.uses, dict(grant.params)) == (step.uses, dict(step.params)) and not grant.simulated
            for course in self._records.courses.by_id.values()
            for grant in course.takeable
        )
        return None if ours else operation.probe(step.params, step.key)

    def _receipt(
        self, question: Question, step: Step, outcome: Outcome, detail: str, refs: Refs | None = None
    ) -> Told:
        self._write(question, step, receipts.receipt(outcome, detail, step.uses, refs))
        return _told(question, step, outcome, detail)

    def _write(self, question: Question, step: Step, data: dict[str, object]) -> None:
        self._records.write(RECEIPT, subject(question.request.id, step.id, False), data)

    def _act(self, question: Question, step: Step) -> Act:
        return self._records.course(question.request.id).step(step.id)

    def _stop(self, question: Question, decision: Decision, why: str = "") -> Iterator[Told]:
        if not self._dry:
            yield from self._stopping.stop(question, self._plan(question, decision), decision, why)
            return
        for grant in reversed(self._records.course(question.request.id).takeable):
            detail = f"it would call {grant.act.intent.get('undo')}"
            yield Told(question.request.id, f"{grant.step}/undo", "pending", detail)

    def _finished(self, question: Question, plan: Plan, decision: Decision) -> Iterator[Told]:
        course = self._records.course(question.request.id)
        yield from self._end(question.request.id, *how_it_went(course, plan), decision)

    def _end(self, id: str, outcome: str, why: str, decision: Decision | None) -> Iterator[Told]:
        if outcome not in ("done", "simulated"):
            yield Told(id, "", "refused" if outcome != "failed" else "failed", f"{outcome}: {why}")
        if not self._dry:
            self._records.write(ENDED, id, receipts.ended(outcome, why, decision))


def _waiting(question: Question, decision: Decision, now: datetime) -> Iterator[Told]:
    """Every step that would be done; without looking into texts where there is no need."""
    action = question.base.action
    steps: Sequence[ActionStep | Step] = action.steps if action else ()
    if any(isinstance(step, ActionStep) and step.when for step in steps):
        steps = planning.plan(question, now).steps
    detail = "; ".join(decision.reasons)
    for step in steps:
        yield Told(question.request.id, step.id, "pending", detail)


def _told(question: Question, step: Step, outcome: Outcome, detail: str) -> Told:
    hint = (
        f"; `lightship resolve-doubt {question.request.id} {step.id}` once you know"
        if outcome == "in_doubt"
        else ""
    )
    return Told(question.request.id, step.id, outcome, f"{detail}{hint}")
