"""A stage for execution without a disk or a network: a clock, a journal in memory, and vendors that go wrong on purpose."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from ulid import ULID

from lightship.actions.calling import Caller
from lightship.actions.execute import Case, Executor
from lightship.actions.question import OpenIncident, Question, Rules
from lightship.actions.reconcile import HEARTBEAT, Reconciler
from lightship.actions.records import Living, Records, Run, by_lease
from lightship.actions.requests import RECEIPT, Course, Courses, fold
from lightship.actions.taking import Told
from lightship.actions.vendor import Found, Refs, Refused, Retry, Unknown
from lightship.catalog.kinds.action import Action
from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.policy import Policy
from lightship.catalog.kinds.request import Request
from lightship.catalog.kinds.service import Service
from lightship.catalog.kinds.team import Team
from lightship.journal.claims import Claim
from lightship.journal.entry import Actor, Entry

T = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
ACTOR = Actor("executor", "", False, "workflow")

Kind = Literal[
    "retry", "retry-after", "retry-tomorrow", "refused", "unknown-before", "unknown-after", "killed-before", "killed-after"
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "retry", "retry-after", "retry-tomorrow", "refused", "unknown-before", "unknown-after", "killed-before", "killed-after",
)  # fmt: skip
Shape = Literal["key", "marker", "lagging", "state", "blind"]
LAG = 8.0


class Killed(BaseException):
    """The process is gone, and nothing that it meant to do after this happens."""


@dataclass
class FakeClock:
    """A clock that runs only while somebody waits."""

    at: datetime = T

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Trouble:
    """What goes wrong at the calls with these numbers, counted from 1; `also` are chances of what goes wrong at any."""

    at: Mapping[int, Kind] = field(default_factory=dict)
    dice: random.Random | None = None
    chances: Mapping[Kind, float] = field(default_factory=dict)
    down: bool = False
    calls: int = 0
    met: int = 0

    def next(self) -> Kind | None:
        self.calls += 1
        kind = self.at.get(self.calls) or ("retry" if self.down else self._drawn())
        self.met += kind is not None
        return kind

    def _drawn(self) -> Kind | None:
        if self.dice is None:
            return None
        drawn = self.dice.random()
        for kind, chance in self.chances.items():
            drawn -= chance
            if drawn < 0:
                return kind
        return None


class MemoryRef:
    """The journal, as far as execution needs it."""

    def __init__(self, trouble: Trouble | None = None) -> None:
        self.entries: list[Entry] = []
        self.trouble = trouble or Trouble()

    def claim(self, entry: Entry) -> Claim:
        kind = self.trouble.next()
        if kind == "killed-before":
            raise Killed
        if kind in ("retry", "unknown-before"):
            return Claim(False, None, "the remote does not answer")
        same = (each for each in self.entries if (each.kind, each.subject) == (entry.kind, entry.subject))
        holder = next(same, None)
        if holder is None:
            self.entries.append(entry)
        if kind in ("killed-after", "unknown-after"):
            raise Killed
        return Claim(holder is None, holder or entry)

    def append(self, entries: Sequence[Entry]) -> None:
        kind = self.trouble.next()
        if kind == "killed-before":
            raise Killed
        self.entries += entries
        if kind == "killed-after":
            raise Killed

    def records(self) -> Mapping[str, Sequence[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in sorted(self.entries, key=lambda each: each.id):
            found.setdefault(entry.kind, []).append(entry)
        return found


@dataclass(frozen=True)
class Effect:
    """Something that a vendor has: by whose key, with what, since when; `by` names others who made it."""

    key: str
    params: tuple[tuple[str, str], ...]
    at: datetime
    by: str = ""


class MemoryOperation:
    """An operation at a vendor of some `shape`. `ever` is every effect that there was; `there` those that are there now."""

    def __init__(self, uses: str, shape: Shape, clock: FakeClock, trouble: Trouble) -> None:
        self.uses, self.shape, self.clock, self.trouble = uses, shape, clock, trouble
        self.there: list[Effect] = []
        self.ever: list[Effect] = []
        self.taken: list[Effect] = []
        self.refs: Mapping[str, str] = {}
        self.readable = shape != "blind"
        self.lag = LAG if shape == "lagging" else 0.0

    def ensure(self, params: Mapping[str, Any], key: str) -> Refs:
        kind = self._before()
        made = Effect(key, frozen(params), self.clock.now())
        same = self.shape in ("key", "state") and any(self._is_same(each, made) for each in self.there)
        if not same:
            self.there.append(made)
            self.ever.append(made)
        self._after(kind)
        return {"principal": str(params.get("principal", "")), "secret": "hunter2", **self.refs}

    def probe(self, params: Mapping[str, Any], key: str) -> Refs | None:
        self._read()
        asked = Effect(key, frozen(params), self.clock.now())
        seen = (each for each in self.there if self.clock.now() >= each.at + timedelta(seconds=self.lag))
        found = any(self._is_same(each, asked) for each in seen)
        return {"principal": str(params.get("principal", ""))} if found else None

    def verify(self, params: Mapping[str, Any], key: str) -> bool:
        self._read()
        return any(self._is_same(each, Effect(key, frozen(params), self.clock.now())) for each in self.there)

    def undo(self, params: Mapping[str, Any], key: str, refs: Refs) -> Refs:
        kind = self._before()
        asked = Effect(key, frozen(params), self.clock.now())
        gone = [each for each in self.there if self._is_same(each, asked)]
        self.taken += gone
        self.there = [each for each in self.there if each not in gone]
        self._after(kind)
        return {}

    def listing(self) -> Iterable[Found] | None:
        if self.shape != "state":
            return None
        self._read()
        return [
            Found(dict(each.params)["principal"], {"principal": dict(each.params)["principal"]})
            for each in self.there
        ]

    def _is_same(self, one: Effect, other: Effect) -> bool:
        return one.params == other.params if self.shape == "state" else one.key == other.key

    def _before(self) -> Kind | None:
        kind = self.trouble.next()
        match kind:
            case "retry":
                raise Retry("503 from the vendor")
            case "retry-after":
                raise Retry("429 from the vendor", 5)
            case "retry-tomorrow":
                raise Retry("429 from the vendor", 86_400)
            case "refused":
                raise Refused("403 from the vendor")
            case "unknown-before":
                raise Unknown("time-out")
            case "killed-before":
                raise Killed
        return kind

    def _after(self, kind: Kind | None) -> None:
        if kind == "unknown-after":
            raise Unknown("connection reset")
        if kind == "killed-after":
            raise Killed

    def _read(self) -> None:
        self._after(self._before())


def frozen(params: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in params.items()))


class MemoryVendors(dict[str, MemoryOperation]):
    """Operations by name."""

    def find(self, uses: str) -> MemoryOperation | None:
        return self.get(uses)

    def all(self) -> Iterable[tuple[str, MemoryOperation]]:
        return tuple(self.items())


PEOPLE = {id: Person(id=id, name=id.title()) for id in ("ada", "bo", "cy", "di", "eve", "fay")}
TEAMS = {"payments": Team(id="payments", name="Payments", members=("bo", "cy"))}
SHOP = Service(id="shop", name="Shop", owner="payments")
AUTO = Policy(id="auto", tiers=({"name": "all", "auto_approve": "true"},))  # type: ignore[arg-type]
OWNER = Policy.model_validate(
    {"id": "owner", "tiers": [{"name": "owners", "approvers": [{"capacity": "target-owner"}]}]}
)
GRANT = {
    "id": "grant",
    "uses": "aws.grant_access",
    "with": {"account": "123456789012", "permission_set": "operator", "principal": "{{ request.for }}"},
    "undo": "aws.revoke_access",
}
OPEN = {
    "id": "open",
    "uses": "slack.create_channel",
    "with": {"channel": "{{ request.id }}"},
    "undo": "slack.archive_channel",
}
TELL = {
    "id": "tell",
    "uses": "slack.post_message",
    "with": {"channel": "access", "text": "{{ request.reason }}"},
    "critical": False,
}


def action(*steps: Mapping[str, Any], expires: str | None = "2h") -> Action:
    """An action of these steps."""
    data = {"id": "access", "category": "access", "policy": "auto", "steps": list(steps)}
    return Action.model_validate({**data, **({"expires": expires} if expires else {})})


def request_id(at: datetime, number: int = 0) -> str:
    millis = int(at.timestamp() * 1000)
    return f"req-{ULID.from_bytes(millis.to_bytes(6, 'big') + number.to_bytes(10, 'big'))}".lower()


def rules(action: Action, policy: Policy = AUTO, people: Mapping[str, Person] = PEOPLE) -> Rules:
    entities = {"person": people, "team": TEAMS, "service": {"shop": SHOP}}
    return Rules(action, policy, people, TEAMS, SHOP, "p" * 64, {}, entities)


def question(
    action: Action,
    at: datetime = T,
    number: int = 0,
    *,
    policy: Policy = AUTO,
    requester: str = "ada",
    hours: float = 24,
    **more: Any,
) -> Question:
    """A request for `action`, merged when it was asked for, and all that is known of it."""
    request = Request.model_validate(
        {
            "id": request_id(at, number),
            "action": action.id,
            "target": None,
            "reason": "look into it",
            "requester": requester,
            "requested_at": at,
            "not_after": at + timedelta(hours=hours),
        }
    )
    base = rules(action, policy)
    return Question(request, "d" * 64, base, base, base, merged_at=at, **more)


@dataclass
class Stage:
    """Everything that outlives a run."""

    clock: FakeClock = field(default_factory=FakeClock)
    trouble: Trouble = field(default_factory=Trouble)
    people: frozenset[str] | None = frozenset(PEOPLE)
    runs: int = 0
    living: Living = by_lease
    withdrawn: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ref = MemoryRef(self.trouble)
        self.vendors = MemoryVendors()
        self._folded = (0, Courses())

    def vendor(self, uses: str, shape: Shape) -> MemoryOperation:
        self.vendors[uses] = MemoryOperation(uses, shape, self.clock, self.trouble)
        return self.vendors[uses]

    def records(self) -> Records:
        self.runs += 1
        return Records(self.ref, self.ref.records(), Run(f"run-{self.runs}", ACTOR, self.living), self.clock)

    @property
    def courses(self) -> Courses:
        """What became of all requests, by the journal alone."""
        if len(self.ref.entries) != self._folded[0]:
            self._folded = len(self.ref.entries), fold(self.ref.records())
        return self._folded[1]

    def course(self, id: str) -> Course:
        return self.courses.of(id)

    def executor(self, records: Records | None = None, **more: Any) -> Executor:
        caller = Caller(self.clock, random.Random(self.runs))
        return Executor(records or self.records(), self.vendors, caller, **more)

    def execute(self, *questions: Question, dry: bool = False, held: str = "") -> list[Told]:
        executor = self.executor(dry=dry, held=held)
        return [told for each in questions for told in executor.carry_out(self.case(each))]

    def case(self, question: Question) -> Case:
        id = question.request.id
        return Case(id, question, withdrawn=self.withdrawn.get(id))

    def reconcile(self, *questions: Question, **more: Any) -> list[Told]:
        records, caller = self.records(), Caller(self.clock, random.Random(self.runs))
        beats = self.ref.records().get(HEARTBEAT, ())
        reconciler = Reconciler(records, self.vendors, caller, self.people, beats, **more)
        told = [*reconciler.end()]
        executor = Executor(records, self.vendors, caller)
        told += [each for one in questions for each in executor.carry_out(self.case(one))]
        told += reconciler.compare()
        reconciler.beat(sum(each.outcome == "pending" for each in told))
        return told

    def receipts(self) -> Iterator[tuple[str, str]]:
        for entry in self.ref.entries:
            if entry.kind == RECEIPT:
                yield entry.subject.partition("/")[2], str(entry.data["outcome"])


def about(question: Question, target: str) -> Question:
    """The same request, about a service."""
    asked = question.request.model_copy(update={"target": target})
    assert question.base.action is not None
    base = replace(question.base, action=question.base.action.model_copy(update={"target": "service"}))
    return replace(question, request=asked, base=base, settled=base, current=base)


def broken(question: Question) -> Question:
    """The same request, by break-glass, in an incident."""
    asked = question.request.model_copy(update={"break_glass": True, "incident": "inc-20260302-abcd"})
    glass = {"people": ["ada"], "severity": "SEV2", "duration": "30m", "review_within": "1d"}
    policy = Policy.model_validate({"id": "glass", "tiers": [{"name": "all"}], "break_glass": glass})
    base = replace(question.base, policy=policy)
    incident = OpenIncident("inc-20260302-abcd", "SEV1", "open", ("shop",))
    return replace(question, request=asked, base=base, settled=base, current=base, incident=incident)
