"""Generated questions, each from a number: `case(n)` is the same for ever. `smallest` makes one that disagrees easier to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from tests.actions.asking import BYTES, action, person, service, team, ulid
from tests.actions.oracle import TRUTH

from lightship.actions.question import OpenIncident, Question, Rules, Span, Vote
from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.policy import Approvers, BreakGlass, Policy, PolicyEscalation, PolicyTier
from lightship.catalog.kinds.request import Request
from lightship.catalog.kinds.team import Team
from lightship.facts.records import Frozen

NAMES = ("ada", "bo", "cy", "di", "eve", "flo", "gus")
ROLES = ("leader", "commander", "platform")
ZONES = (None, "UTC", "Asia/Tokyo", "America/New_York", "Africa/Cairo", "America/Havana", "Pacific/Apia")
# An ordinary day, clocks that change (Europe, Cairo at midnight, New York and Havana), and a leap day.
DAYS = tuple(
    datetime(*day, 9, tzinfo=UTC)
    for day in ((2026, 3, 10), (2026, 3, 28), (2026, 4, 23), (2026, 10, 31), (2028, 2, 28))
)
MINUTE, HOUR, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)
CLOCKED = tuple(minutes * MINUTE for minutes in (0, 1, 2, 5, 10, 30, 60, 90))
SPANS = (MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 24 * HOUR)


@dataclass(frozen=True)
class Case:
    """A question and when it is asked."""

    question: Question
    now: datetime


def case(number: int) -> Case:
    """The case of a number."""
    made = _Maker(Random(number), frozen=number % 3 == 0).make()
    if number % 8 == 1 and not made.question.request.break_glass:
        return _vouched(made, Random(f"vouched {number}"))
    return made


def _vouched(found: Case, random: Random) -> Case:
    """`found` with rules that are new, and leaders who mostly want them to count at once."""
    asked = found.question
    leaders = random.sample(("bo", "cy", "di", "gus"), random.choice((1, 2, 2, 3)))
    before = random.choice(
        (asked.settled, replace(asked.base, action=None), replace(asked.base, action=action("false")))
    )

    def led(rules: Rules) -> Rules:
        chosen = [who for who in leaders if who in rules.people and random.random() < 0.95]
        new = {who: rules.people[who].model_copy(update={"roles": ("leader",)}) for who in chosen}
        return replace(rules, people={**rules.people, **new})

    words = tuple(
        Vote(f"v-{who}", who, "approve", asked.request.requested_at + random.choice(CLOCKED), BYTES,
             reason=random.choice(("now", "now", "now", " ")))
        for who in leaders
    )  # fmt: skip
    base, settled, current = led(asked.base), led(before), led(asked.current)
    question = replace(asked, base=base, settled=settled, current=current, votes=(*asked.votes, *words))
    late = words[0].at + timedelta(hours=24) + random.choice((-SECOND, timedelta(), SECOND))
    return Case(question, late if random.random() < 0.1 else found.now)


@lru_cache(maxsize=65536)
def _person(id: str, fields: tuple[tuple[str, Any], ...]) -> Person:
    return person(id, **dict(fields))


@lru_cache(maxsize=4096)
def _team(id: str, members: tuple[str, ...], lead: str | None) -> Team:
    return team(id, *members, lead=lead)


class _Maker:
    """Mostly what would be allowed, with some of it gone wrong."""

    def __init__(self, random: Random, frozen: bool) -> None:
        self.random = random
        self.frozen = frozen
        self.start = random.choice(DAYS)
        # How wild: a tenth of the cases go wrong everywhere, most in a few places.
        self.wild = random.choice((0.0, 0.01, 0.02, 0.03, 0.05, 0.15))
        self.glass = random.random() < 0.18

    def odd(self, times: float = 1.0) -> bool:
        """Whether something goes wrong here."""
        return self.random.random() < self.wild * times

    def some(self, items: Sequence[Any], most: int) -> tuple[Any, ...]:
        """Up to `most` of `items`, each once."""
        return tuple(self.random.sample(items, self.random.randint(0, min(most, len(items)))))

    def make(self) -> Case:
        random = self.random
        asked = self.request()
        base = self.rules(asked)
        settled = base if not self.odd(6) else self.edited(base)
        current = base if not self.odd(6) else self.edited(base)
        votes = self.votes()
        merged = self.start + self.random.choice((10, 30, 60, 90)) * MINUTE
        incident = self.incident(asked)
        question = Question(
            request=asked,
            digest=BYTES,
            base=base,
            settled=settled,
            current=current,
            involved=self.some(NAMES, 2) if self.odd(4) else (),
            votes=votes,
            merged_at=None if self.odd(3) else merged,
            needs_merge=not self.glass and not self.odd(),
            on_call=tuple(self.span(name) for name in self.some(NAMES, 3)),
            incident=incident,
            seen=self.uses(asked) if self.odd(4) or random.random() < 0.2 else (),
            problems=("somebody tampered with it",) if self.odd(0.5) else (),
            facts={"incident": None},
            asked_at=self.asked_at(asked),
            frozen=Frozen(self.start - HOUR, "The sale", "cy", self.start + 9 * HOUR)
            if self.frozen
            else None,
        )
        return Case(question, self.moment(question))

    def uses(self, asked: Request) -> tuple[datetime, ...]:
        """When the glass was broken before."""
        days = self.some((0, 1, 2, 29, 30), 3)
        return tuple(asked.requested_at - day * 24 * HOUR + self.jolt() for day in days)

    def jolt(self) -> timedelta:
        """A second less, nothing, or a second more."""
        return self.random.choice((-SECOND, timedelta(), SECOND))

    def asked_at(self, asked: Request) -> datetime | None:
        if self.odd(1):
            return asked.requested_at + self.random.choice((-24, 0, 24)) * HOUR + self.jolt()
        return self.random.choice((None, asked.requested_at, asked.requested_at + 5 * MINUTE))

    def request(self) -> Request:
        random = self.random
        at = self.start if not self.odd() else self.start + random.choice((-HOUR, -24 * HOUR, HOUR))
        made = at if not self.odd() else at + random.choice((-24, 24)) * HOUR + self.jolt()
        fields: dict[str, Any] = {
            "action": "access",
            "target": None if self.odd() else "checkout",
            "inputs": random.choice(({}, {"hours": 2}, {"hours": 8})),
            "reason": "The queue is stuck",
            "requester": random.choice(("eve", "eve", "eve", "di", "ada")) if self.glass else "ada",
            "for": random.choice(NAMES) if self.odd(3) else None,
            "incident": "inc-20260310-abcd" if self.glass or random.random() < 0.7 else None,
            "requested_at": at,
            "not_after": at + random.choice((HOUR, 4 * HOUR, *(4 * (24 * HOUR,)), 7 * 24 * HOUR)),
            "break_glass": self.glass,
        }
        asked = Request(id=ulid(made, random.randrange(1000)), **fields)
        return asked.model_copy(update={"id": random.choice(_no_ids(asked.id))}) if self.odd(0.3) else asked

    def people(self) -> Mapping[str, Person]:
        return {name: self.someone(name) for name in NAMES if not self.odd(0.3)}

    def someone(self, name: str) -> Person:
        random = self.random
        fields: dict[str, Any] = {"roles": _USUAL.get(name, ())}
        if self.odd(2):
            fields["roles"] = self.some(ROLES, 2)
        if self.odd(0.5):
            fields["active"] = False
        if self.odd(1.5):
            day = self.start.date() + timedelta(days=random.choice((-1, 0, 1)))
            fields["active_until"], fields["timezone"] = day, random.choice(ZONES)
        if self.odd(4):
            fields["delegate"] = random.choice(NAMES)
        if self.odd(4) or name == "ada":
            fields["manager"] = random.choice(NAMES)
        return _person(name, tuple(sorted(fields.items())))

    def teams(self) -> Mapping[str, Team]:
        payments = ("ada", "bo", "cy") if not self.odd(3) else self.some(NAMES, 3)
        platform = ("flo", "gus") if not self.odd(3) else self.some(NAMES, 2)
        lead = self.random.choice((None, None, *NAMES))
        found = (_team("payments", payments, lead), _team("platform", platform, None))
        return {each.id: each for each in found if not self.odd(0.3)}

    def rules(self, asked: Request) -> Rules:
        target = (
            None
            if asked.target is None or self.odd(0.3)
            else service("checkout", self.random.choice(("payments", "payments", "platform")))
        )
        people = self.people()
        return Rules(
            None if self.odd(0.3) else action(self.condition(0.7)),
            None if self.odd(0.3) else self.policy(),
            people,
            self.teams(),
            target,
            facts=self.facts(asked, people),
        )

    def facts(self, asked: Request, people: Mapping[str, Person]) -> Mapping[str, Any]:
        requester = people.get(asked.requester)
        return {
            "request": {"inputs": asked.inputs, "reason": asked.reason},
            "target": {"tier": self.random.choice((1, 1, 2)), "frozen": self.frozen},
            "requester": {"roles": list(requester.roles) if requester else []},
            "incident": {"severity": "SEV1"} if asked.incident else None,
            "time": {"hour": self.random.choice((11, 12))},
        }

    def edited(self, before: Rules) -> Rules:
        """Another day's catalog: with some of it as it is, and some of it another."""
        random = self.random
        after = before
        if random.random() < 0.5:
            after = replace(after, people=self.people())
        if random.random() < 0.3:
            after = replace(after, teams=self.teams())
        if random.random() < 0.3:
            after = replace(after, policy=self.policy())
        if random.random() < 0.1:
            after = replace(after, target=service("checkout", random.choice(("payments", "platform"))))
        if random.random() < 0.1:
            after = replace(after, facts={**before.facts, "target": {"tier": 2, "frozen": self.frozen}})
        return after

    def condition(self, times: float) -> str:
        return self.random.choice(tuple(TRUTH)) if self.odd(times) else "true"

    def approvers(self) -> Approvers:
        random = self.random
        fields: dict[str, Any] = dict(random.choice(_CAPACITIES))
        if self.odd(0.5):
            fields[random.choice(("role", "team", "person"))] = random.choice(
                (None, "leader", "payments", "bo")
            )
        return Approvers(**fields, count=random.choice((1, 1, 1, 1, 2)))

    def tiers(self) -> tuple[PolicyTier, ...]:
        last = self.tier(self.condition(3))
        if self.random.random() < 0.7:
            return (last,)
        usual = ("target.tier == 1", "incident != null", "time.hour >= 12", "request.inputs.hours <= 4")
        return (self.tier(self.condition(3) if self.odd(3) else self.random.choice(usual)), last)

    def tier(self, when: str) -> PolicyTier:
        random = self.random
        escalation = tuple(
            PolicyEscalation(after=random.choice(SPANS), approvers=(self.approvers(),))
            for _ in range(random.choice((0, 0, 0, 1, 2)))
        )
        return PolicyTier(
            name="a tier",
            when=when,
            auto_approve=random.choice(tuple(TRUTH)) if self.odd(2) else None,
            approvers=()
            if self.odd(0.5)
            else tuple(self.approvers() for _ in range(random.choice((1, 1, 1, 2, 2, 3)))),
            distinct=random.random() < 0.8,
            escalation=escalation,
            lifetime=random.choice((None, None, *SPANS[3:])),
        )

    def policy(self) -> Policy:
        random = self.random
        glass = BreakGlass(
            people=self.some(NAMES, 2) if self.odd(3) else (),
            roles=("commander", "leader", "platform") if not self.odd(3) else self.some(ROLES, 2),
            severity=random.choice(("SEV2", "SEV2", "SEV2", "SEV1", "SEV3")),
            duration=random.choice((30 * MINUTE, HOUR, 2 * HOUR)),
            quota=random.choice((1, 2, 3)),
            review_within=24 * HOUR,
        )
        return Policy(
            id="rule",
            tiers=self.tiers(),
            override=random.choice(((), ("leader",), ("leader",), ("leader", "platform"))),
            break_glass=glass if self.glass and not self.odd() else None,
        )

    def votes(self) -> tuple[Vote, ...]:
        random = self.random
        some = random.choice((2, 3, 4, 5, 6, 7, 8))
        return tuple(self.vote(number) for number in random.sample(range(100), some))

    def vote(self, number: int) -> Vote:
        random = self.random
        odd = random.choice(("deny", "dismissed", "comment", "deny"))
        return Vote(
            f"{number:02}",
            "" if self.odd(0.3) else random.choice(_VOTERS),
            odd if self.odd(3) else "approve",
            self.start + random.choice(CLOCKED) + (self.jolt() if self.odd(3) else timedelta()),
            BYTES if not self.odd(1.5) else "e" * 64,
            not self.odd(),
            random.choice(("", "", "go", "  ")),
        )

    def span(self, name: str) -> Span:
        start = self.start + self.random.choice((-HOUR, timedelta(), MINUTE, 10 * MINUTE, 30 * MINUTE))
        return Span(name, start, start + self.random.choice((MINUTE, HOUR, 24 * HOUR, 24 * HOUR)))

    def incident(self, asked: Request) -> OpenIncident | None:
        if asked.incident is None or self.odd():
            return None
        return OpenIncident(
            "inc-20260310-zzzz" if self.odd(0.5) else asked.incident,
            self.random.choice(("SEV1", "SEV1", "SEV1", "SEV2", "SEV3")),
            self.random.choice(("resolved", "closed")) if self.odd() else "identified",
            () if self.odd() else ("checkout",),
            tuple(self.span(name) for name in self.some(NAMES, 2)),
        )

    def moment(self, question: Question) -> datetime:
        """When it is asked: often on the edge of something."""
        random = self.random
        if random.random() < 0.6:
            return self.start + timedelta(minutes=random.randint(40, 130))
        edges = [question.request.not_after, question.since, question.since - 2 * MINUTE, self.start + HOUR]
        edges += [vote.at + life for vote in question.votes for life in (HOUR, 4 * HOUR, 24 * HOUR)]
        edges += [question.since + span for span in SPANS]
        edges += [vote.at for vote in question.votes]
        midnight = datetime.combine(
            date(*question.request.requested_at.timetuple()[:3]), datetime.min.time(), UTC
        )
        edges += [midnight + hours * HOUR for hours in (15, 22, 24, 28, 29)]
        return random.choice(edges) + self.jolt()


_USUAL = {"di": ("leader",), "eve": ("commander",), "flo": ("platform",)}
_VOTERS = (*NAMES, "bo", "cy", "gus", "bo", "bo", "cy", "flo", "flo", "di", "stranger")
_CAPACITIES: tuple[Mapping[str, Any], ...] = (
    {"capacity": "target-owner"},
    {"capacity": "target-owner"},
    {"capacity": "target-owner"},
    {"capacity": "target-on-call"},
    {"capacity": "target-on-call"},
    {"capacity": "requester-manager"},
    {"capacity": "incident-commander"},
    {"capacity": "role", "role": "platform"},
    {"capacity": "role", "role": "leader"},
    {"capacity": "team", "team": "platform"},
    {"capacity": "team", "team": "payments"},
    {"capacity": "person", "person": "bo"},
)


def _no_ids(id: str) -> tuple[str, ...]:
    """What only looks like an id of a request."""
    return ("req-1", "inc-1", id[:-1], id.removeprefix("req-"), f"req-{id[4:].upper()}", f"REQ-{id[4:]}")


def smallest(found: Case, disagrees: Callable[[Case], bool]) -> Case:
    """`found` with everything left out that it disagrees without."""
    while smaller := next((e for e in _smaller(found) if _size(e) < _size(found) and disagrees(e)), None):
        found = smaller
    return found


def _size(found: Case) -> tuple[int, int]:
    """How many catalogs there are, and how much there is to read: with each step one of them gets less."""
    base, settled, current = found.question.base, found.question.settled, found.question.current
    return (settled != base) + (current != base), len(repr(found))


def _smaller(found: Case) -> Iterator[Case]:
    question = found.question
    for name in ("votes", "involved", "on_call", "seen", "problems"):
        items = getattr(question, name)
        for number in range(len(items)):
            yield replace(found, question=replace(question, **{name: items[:number] + items[number + 1 :]}))
    for name, value in (
        ("settled", question.base),
        ("current", question.base),
        ("asked_at", None),
        ("incident", None),
        ("needs_merge", False),
    ):
        if getattr(question, name) != value:
            yield replace(found, question=replace(question, **{name: value}))
    kept = [name for name in ("base", "settled", "current") if getattr(question, name) == question.base]
    for rules in _simpler(question.base):
        yield replace(found, question=replace(question, **dict.fromkeys(kept, rules)))
    for name in {"settled", "current"}.difference(kept):
        for rules in _simpler(getattr(question, name)):
            yield replace(found, question=replace(question, **{name: rules}))


def _simpler(rules: Rules) -> Iterator[Rules]:
    for id in rules.people:
        yield replace(rules, people={other: each for other, each in rules.people.items() if other != id})
    for each in rules.people.values():
        for field in ("delegate", "manager", "active_until"):
            if getattr(each, field) is not None:
                yield replace(rules, people={**rules.people, each.id: each.model_copy(update={field: None})})
    policy = rules.policy
    for change in _looser(policy) if policy else ():
        yield replace(rules, policy=change)


def _looser(policy: Policy) -> Iterator[Policy]:
    if policy.override:
        yield policy.model_copy(update={"override": ()})
    for number, tier in enumerate(policy.tiers):
        rest = policy.tiers[:number] + policy.tiers[number + 1 :]
        if rest:
            yield policy.model_copy(update={"tiers": rest})
        for field in ("escalation", "approvers"):
            items = getattr(tier, field)
            for place in range(len(items)):
                less = tier.model_copy(update={field: items[:place] + items[place + 1 :]})
                yield policy.model_copy(
                    update={"tiers": (*policy.tiers[:number], less, *policy.tiers[number + 1 :])}
                )
