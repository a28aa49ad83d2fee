"""What became of each request: the journal's claims, receipts and ends, folded. Pure; the order of entries is that of ids.

A claim is written before a call, its receipt after it. A claim without a receipt is a run that is busy, or that died.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from lightship.actions.vendor import Refs
from lightship.journal.entry import Entry

CLAIM, RECEIPT, ENDED, CANCELLED, RESOLVED = (
    "claim",
    "receipt",
    "request.ended",
    "request.cancelled",
    "doubt.resolved",
)
KINDS = (CLAIM, RECEIPT, ENDED, RESOLVED)
UNDO = "undo"

StepState = Literal["none", "claimed", "done", "simulated", "in_doubt", "refused", "failed", "revoked"]


@dataclass(frozen=True, slots=True)
class Act:
    """What is known of one step, or of its undoing: `claims` in order, the last `receipt`, and the state they come to.

    `double`: two runs that knew nothing of each other claimed it, and may both have called.
    """

    state: StepState = "none"
    claims: tuple[Entry, ...] = ()
    receipt: Entry | None = None
    double: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be done of it, by anybody."""
        return self.state not in ("none", "claimed", "in_doubt")

    def undoes(self, done: Act) -> bool:
        """Whether this, the undoing of `done`, is over; not where what was taken back was done once more after that."""
        if self.state not in ("revoked", "simulated", "done"):
            return False
        return done.receipt is None or self.receipt is None or self.receipt.id > done.receipt.id

    @property
    def took(self) -> bool:
        """Whether it has an effect, or may have one."""
        return self.state in ("claimed", "done", "in_doubt")

    @property
    def refs(self) -> Refs:
        """What to find it by at the vendor, as the receipt has it."""
        found = self.receipt.data.get("refs") if self.receipt else None
        return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}

    @property
    def detail(self) -> str:
        """What the receipt says."""
        return str(self.receipt.data.get("detail", "")) if self.receipt else ""

    @property
    def run(self) -> str:
        """The run that claimed it last."""
        return str(self.claims[-1].data.get("run", "")) if self.claims else ""

    @property
    def called(self) -> tuple[Entry, ...]:
        """The claims of runs that called, or were about to."""
        return tuple(claim for claim in self.claims if not claim.data.get("simulated"))

    @property
    def may_be_done(self) -> bool:
        """Whether a run may have called, and nobody knows yet what came of it."""
        return self.state in ("claimed", "in_doubt") and bool(self.called)

    @property
    def intent(self) -> Mapping[str, Any]:
        """The first claim: what was to be done, with what, until when. A later claim never prolongs it.

        One that called nothing counts only where no other did.
        """
        return next((claim.data for claim in (*self.called, *self.claims)), {})

    @property
    def uses(self) -> str:
        """The operation."""
        return str(self.intent.get("uses", ""))

    @property
    def key(self) -> str:
        """What marks it at the vendor."""
        return str(self.intent.get("key", ""))

    @property
    def params(self) -> Mapping[str, Any] | None:
        """What it was first claimed with; None where that claim does not say, or called nothing."""
        found = self.intent.get("with")
        return found if isinstance(found, dict) and not self.intent.get("simulated") else None

    @property
    def is_ours(self) -> bool:
        """Whether a run may have made what is there: not where each that claimed it found that it stood there before."""
        return not all(claim.data.get("existed") for claim in self.claims)

    @property
    def expires_at(self) -> datetime | None:
        """When it is to be taken back, by the first claim; None where it stays."""
        return moment(self.intent.get("expires_at"))


NOTHING = Act()


@dataclass(frozen=True)
class Course:
    """What became of one request. `steps` and `undone` are by the step's id; `ended` is the entry."""

    id: str
    steps: Mapping[str, Act] = field(default_factory=dict)
    undone: Mapping[str, Act] = field(default_factory=dict)
    ended: Entry | None = None

    @property
    def has_begun(self) -> bool:
        """Whether any step was ever claimed."""
        return bool(self.steps)

    def step(self, id: str) -> Act:
        """What is known of the step `id`."""
        return self.steps.get(id, NOTHING)

    def undoing(self, id: str) -> Act:
        """What is known of taking the step `id` back."""
        return self.undone.get(id, NOTHING)

    @property
    def takeable(self) -> tuple[Grant, ...]:
        """What has, or may have, an effect that can be taken back, and was not yet; in the order in which it was done.

        What was there before anybody asked is not ours to take.
        """
        return tuple(
            Grant(self.id, step, act, undoing, act.expires_at)
            for step, act in self.steps.items()
            if (act.took or act.state == "simulated")
            and act.intent.get("undo")
            and act.is_ours
            and not (undoing := self.undoing(step)).undoes(act)
        )

    @property
    def is_stopping(self) -> bool:
        """Whether anything of it was taken back before its time: nothing more of it is begun then."""
        return any(
            (end := self.step(step).expires_at) is None or first.recorded_at < end
            for step, undoing in self.undone.items()
            for first in (*undoing.claims, undoing.receipt)[:1]
            if first is not None
        )

    @property
    def outcome(self) -> str:
        """How it ended; '' where it has not."""
        return str(self.ended.data.get("outcome", "")) if self.ended else ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A step that can be taken back; at `expires_at` it has to be (None: only where the rest of its request goes wrong)."""

    request: str
    step: str
    act: Act
    undoing: Act
    expires_at: datetime | None

    @property
    def simulated(self) -> bool:
        """Whether it was only said what would be granted."""
        return not self.act.called

    @property
    def uses(self) -> str:
        """The operation that granted it."""
        return self.act.uses

    @property
    def key(self) -> str:
        """What marks it at the vendor."""
        return self.act.key

    @property
    def params(self) -> Mapping[str, Any]:
        """What it was granted with."""
        found = self.act.intent.get("with")
        return found if isinstance(found, dict) else {}

    @property
    def beneficiary(self) -> str:
        """The person who has it."""
        return str(self.act.intent.get("for", ""))


@dataclass(frozen=True)
class Courses:
    """What became of all requests of which the journal tells more than that they were asked for."""

    by_id: Mapping[str, Course] = field(default_factory=dict)

    def of(self, id: str) -> Course:
        """What became of the request `id`."""
        return self.by_id.get(id) or Course(id)

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """What is granted, or may be, until a moment, and was not taken back yet; what ends first comes first."""
        found = [
            (end, grant)
            for course in self.by_id.values()
            for grant in course.takeable
            if (end := grant.expires_at) is not None
        ]
        return tuple(
            grant for _, grant in sorted(found, key=lambda each: (each[0], each[1].request, each[1].step))
        )


def fold(records: Mapping[str, Iterable[Entry]]) -> Courses:
    """What became of each request, by the journal's records by kind; each is counted once."""
    told: dict[str, list[Entry]] = {}
    entries = {entry.id: entry for kind in KINDS for entry in records.get(kind, ())}
    for _, entry in sorted(entries.items()):
        told.setdefault(entry.subject.partition("/")[0], []).append(entry)
    return Courses({id: _course(id, those) for id, those in sorted(told.items())})


def subject(request: str, step: str, undo: bool, attempt: int = 1) -> str:
    """The subject of a claim: one of each can be won. A receipt's is that of the first attempt."""
    return "/".join((request, step, *((UNDO,) if undo else ()), *((str(attempt),) if attempt > 1 else ())))


def moment(value: object) -> datetime | None:
    """The moment that an entry's data writes as text; None where it writes none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _course(id: str, entries: Iterable[Entry]) -> Course:
    acts: dict[tuple[str, bool], list[Entry]] = {}
    ended = None
    for entry in entries:
        _, step, *rest = (*entry.subject.split("/"), "")
        if entry.kind == ENDED:
            ended = ended or entry
        elif step:
            acts.setdefault((step, rest[0] == UNDO), []).append(entry)
    steps, undone = (
        {step: _act(those) for (step, undo), those in acts.items() if undo is wanted}
        for wanted in (False, True)
    )
    return Course(id, steps, undone, ended)


def _act(entries: Iterable[Entry]) -> Act:
    """A claim after a doubt that a person resolved, or after a failure, begins anew; what is done stays done."""
    state: StepState = "none"
    claims: list[Entry] = []
    receipt = None
    for entry in entries:
        if entry.kind == CLAIM:
            claims.append(entry)
            state = "claimed" if state not in ("done", "revoked") else state
        elif entry.kind == RECEIPT:
            outcome = entry.data.get("outcome")
            if state not in ("done", "revoked") or outcome in ("done", "revoked"):
                state, receipt = _state(outcome), entry
        elif state in ("in_doubt", "claimed"):
            state = "done" if entry.data.get("outcome") == "done" else "none"
    subjects = [claim.subject for claim in claims]
    return Act(state, tuple(claims), receipt, len(subjects) != len(set(subjects)))


def _state(outcome: object) -> StepState:
    match outcome:
        case "done" | "simulated" | "refused" | "failed" | "revoked":
            return outcome
        case _:
            return "in_doubt"
