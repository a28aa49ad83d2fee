"""Thirty days of hourly runs in a moment: real decisions, plans and executions, over made-up time, people and trouble.

Everything is drawn from one seed, so that a story that goes wrong can be played again.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.actions import stage
from tests.actions.oracle import answer
from tests.actions.stage import GRANT, OPEN, OWNER, TELL, Effect, Killed, Kind, MemoryRef, Stage, T, Trouble

from lightship.actions.question import Question, Vote
from lightship.actions.requests import RESOLVED
from lightship.catalog.kinds.person import Person

DAYS = 30
HOUR = timedelta(hours=1)
CHANCES: Mapping[Kind, float] = {
    "retry": 0.02,
    "retry-after": 0.02,
    "retry-tomorrow": 0.005,
    "unknown-before": 0.01,
    "unknown-after": 0.02,
    "killed-before": 0.005,
    "killed-after": 0.01,
}
JOURNAL: Mapping[Kind, float] = {
    "retry": 0.01,
    "killed-before": 0.005,
    "killed-after": 0.005,
    "unknown-after": 0.005,
}
ACTIONS = (
    stage.action(GRANT, TELL, expires="2h"),
    stage.action(OPEN, GRANT, TELL, expires="8h"),
    stage.action(TELL, expires=None),
    stage.action(OPEN, expires="1d"),
)


@dataclass
class Story:
    """What happened: `outage` is how long in a row nothing could be ended, by the vendor's word or for want of runs."""

    seed: int
    days: int = DAYS
    asked: dict[str, Question] = field(default_factory=dict)
    gone: dict[str, datetime] = field(default_factory=dict)
    killed: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.world = Stage(trouble=Trouble(dice=self.dice, chances=CHANCES), living=stage.by_lease)
        self.world.ref = MemoryRef(Trouble(dice=self.dice, chances=JOURNAL))
        self.grants = self.world.vendor("aws.grant_access", "state")
        self.channels = self.world.vendor("slack.create_channel", "key")
        self.posts = self.world.vendor("slack.post_message", self.dice.choice(("marker", "lagging", "blind")))
        self.true_now = T
        self.last_good = T
        self.numbers = 0
        self.judged: dict[str, int] = {}

    def play(self) -> None:
        """All of it; raises AssertionError where something happened that may not."""
        for hour in range(self.days * 24):
            self.true_now = max(T + hour * HOUR, self.true_now)
            self._people_live()
            self.world.trouble.down = self.dice.random() < 0.05
            if self.dice.random() < 0.2:
                continue  # the run was dropped
            for _ in range(self.dice.choice((1, 1, 1, 2))):
                self._run(self.dice.choice((0, 0, 0, 0, -90, 90, -3600, 3600)))
            self._judge_ends()
        self._come_to_an_end()

    def _run(self, skew: int) -> None:
        """One run on a machine whose clock is `skew` seconds off."""
        clock = self.world.clock
        clock.at = begun = self.true_now + timedelta(seconds=skew)
        questions = {id: self._now(each) for id, each in self._open().items()}
        withdrawn = frozenset(self.world.withdrawn)
        try:
            self.world.people = frozenset(self._active())
            if self.dice.random() < 0.1:
                self.world.people = None  # the catalog was broken
            if self.dice.random() < 0.2:
                self.world.execute(*questions.values())
            else:
                told = self.world.reconcile(*questions.values())
                if skew >= 0 and all(each.outcome != "failed" for each in told):
                    self.last_good = self.true_now
        except Killed:
            self.killed += 1
        self._judge_effects(questions, begun, withdrawn)
        self.true_now = clock.at - timedelta(seconds=skew)

    def _open(self) -> Mapping[str, Question]:
        """Requests that have not ended, as a forge lists them."""
        courses = self.world.courses
        return {id: each for id, each in self.asked.items() if courses.of(id).ended is None}

    def _people_live(self) -> None:
        dice = self.dice
        if dice.random() < 0.2:
            self._ask()
        for id, question in self._open().items():
            if dice.random() < 0.25 and question.merged_at is None:
                self._vote(question)
            elif dice.random() < 0.3 and question.merged_at is None:
                self.asked[id] = replace(question, merged_at=self.true_now)
            elif dice.random() < 0.005:
                self.world.withdrawn[id] = "not needed"
        if dice.random() < 0.002 and len(self._active()) > 4:
            self.gone[dice.choice(sorted(self._active()))] = self.true_now
        for id, course in self.world.courses.by_id.items():
            for step, act in course.steps.items():
                if act.state == "in_doubt" and dice.random() < 0.2:
                    key = str(act.intent.get("key"))
                    known = any(
                        effect.key == key for each in self.world.vendors.values() for effect in each.ever
                    )
                    data = {"outcome": "done" if known else "not-done", "reason": "looked"}
                    self._record(RESOLVED, f"{id}/{step}", data)

    def _ask(self) -> None:
        self.numbers += 1
        dice = self.dice
        question = stage.question(
            dice.choice(ACTIONS),
            self.true_now,
            self.numbers,
            policy=dice.choice((stage.AUTO, OWNER, OWNER)),
            requester=dice.choice(("ada", "di", "eve", "fay")),
            hours=dice.choice((4, 24, 24, 120)),
        )
        question = replace(stage.about(question, "shop"), merged_at=None)
        self.asked[question.request.id] = question

    def _vote(self, question: Question) -> None:
        dice = self.dice
        person = dice.choice(("bo", "cy", "bo", "cy", "cy", question.request.requester, "eve"))
        verdict = dice.choice((*["approve"] * 8, "deny", "dismissed", "comment"))
        digest = question.digest if dice.random() < 0.9 else "e" * 64
        id = f"{len(question.votes):04}"
        vote = Vote(id, person, verdict, self.true_now, digest, dice.random() < 0.95)
        self.asked[question.request.id] = replace(question, votes=(*question.votes, vote))

    def _now(self, question: Question) -> Question:
        """The question with the people of now."""
        people = {
            id: person if id not in self.gone else _left(person, self.gone[id])
            for id, person in stage.PEOPLE.items()
        }
        return replace(question, current=replace(question.current, people=people))

    def _active(self) -> list[str]:
        return [id for id in stage.PEOPLE if id not in self.gone]

    def _record(self, kind: str, subject: str, data: Mapping[str, str]) -> None:
        quiet, self.world.ref.trouble = self.world.ref.trouble, Trouble()
        self.world.clock.at = self.true_now
        self.world.records().write(kind, subject, data)
        self.world.ref.trouble = quiet

    def _judge_effects(
        self, questions: Mapping[str, Question], begun: datetime, withdrawn: Collection[str]
    ) -> None:
        """Each new effect belongs to a request that the oracle allows, at the run's clock; and there never are two of one."""
        owners = self._owners()
        for vendor in self.world.vendors.values():
            for effect in vendor.ever[self.judged.get(vendor.uses, 0) :]:
                question = questions[owners[effect.key]]
                assert question.request.id not in withdrawn, f"{self}: {question.request.id} was withdrawn"
                allowed = {answer(question, at).state for at in (begun, effect.at)}
                assert "allowed" in allowed, f"{self}: {question.request.id} had an effect, and was {allowed}"
            self.judged[vendor.uses] = len(vendor.ever)
            last: dict[str, Effect] = {}
            for effect in vendor.ever:
                earlier = last.get(effect.key)
                anew = earlier is None or self._was_taken_by_another(vendor, earlier, effect, owners)
                assert anew, f"{self}: twice the same effect at {vendor.uses}"
                last[effect.key] = effect

    def _was_taken_by_another(
        self, vendor: stage.MemoryOperation, earlier: Effect, effect: Effect, owners: Mapping[str, str]
    ) -> bool:
        """Whether another request, which had the same, took it back as its own, before anybody knew whose it is, too."""
        own = f"{owners[effect.key]}/"
        back = (entry for entry in self.world.ref.entries if "/undo" in entry.subject)
        mine = any(entry.subject.startswith(own) and entry.recorded_at <= effect.at for entry in back)
        return vendor.shape == "state" and earlier in vendor.taken and not mine

    def _judge_ends(self) -> None:
        """Nothing lives longer than its end, an interval, and as long as nothing could be ended."""
        for vendor in (self.grants, self.channels):
            for effect in vendor.there:
                ends = [
                    grant.expires_at
                    for grant in self.world.courses.grants
                    if grant.expires_at and _is_of(grant.uses, grant.key, grant.params, vendor, effect)
                ]
                assert ends, f"{self}: {effect} is there, and nobody knows when it ends"
                late = max(ends) + 2 * HOUR
                assert self.last_good <= late, f"{self}: {effect} should have ended by {late}"

    def _come_to_an_end(self) -> None:
        """Ten quiet days later every request has ended, and nothing is left at any vendor."""
        self.world.trouble.chances, self.world.trouble.down = {}, False
        self.world.ref.trouble = Trouble()
        for _ in range(2):
            self.true_now += timedelta(days=5)
            for id, course in self.world.courses.by_id.items():
                for step, act in course.steps.items():
                    if act.state == "in_doubt":
                        self._record(RESOLVED, f"{id}/{step}", {"outcome": "not-done", "reason": "unknown"})
            self.world.clock.at = self.true_now
            self.world.people = frozenset(self._active())
            self.world.reconcile(*(self._now(each) for each in self._open().values()))
        for id in self.asked:
            assert self.world.course(id).ended, f"{self}: {id} never ended"
        assert not self.grants.there and not self.channels.there, f"{self}: something was never taken back"
        before = len(self.world.ref.entries)
        assert self.world.reconcile(*(self._now(each) for each in self.asked.values())) == []
        assert len(self.world.ref.entries) <= before + 1

    def _owners(self) -> Mapping[str, str]:
        """Key → request, of everything that was ever claimed."""
        return {
            str(entry.data["key"]): entry.subject.partition("/")[0]
            for entry in self.world.ref.entries
            if entry.kind == "claim"
        }

    def __str__(self) -> str:
        return f"seed {self.seed} at {self.true_now:%d %H:%M}"


def _left(person: Person, at: datetime) -> Person:
    return person.model_copy(update={"active": False, "active_until": at.date() - timedelta(days=1)})


def _is_of(
    uses: str, key: str, params: Mapping[str, object], vendor: stage.MemoryOperation, effect: Effect
) -> bool:
    same = stage.frozen(params) == effect.params if vendor.shape == "state" else key == effect.key
    return uses == vendor.uses and same
