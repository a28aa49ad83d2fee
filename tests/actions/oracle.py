"""The second opinion: docs/adr/0016-who-may.md once more, naively. It shares the shapes of its input with the code, nothing else.

Where the code builds sets, sorts and matches, this asks one small question after the other and tries every assignment.
Conditions are not CEL here: `TRUTH` says of each text that cases use what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lightship.actions.question import Question, Rules, Vote
from lightship.catalog.kinds.policy import Approvers, Policy, PolicyTier

DAY = timedelta(hours=24)
WRONG = None  # a condition that cannot be told
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

TRUTH: Mapping[str, Callable[[Mapping[str, Any]], bool | None]] = {
    "true": lambda _: True,
    "false": lambda _: False,
    "incident != null": lambda facts: facts["incident"] is not None,
    "target.tier == 1": lambda facts: facts["target"]["tier"] == 1,
    "!target.frozen": lambda facts: not facts["target"]["frozen"],
    "!target.frozen || incident != null": lambda facts: (
        facts["incident"] is not None or not facts["target"]["frozen"]
    ),
    "requester.roles.exists(r, r == 'leader')": lambda facts: "leader" in facts["requester"]["roles"],
    "time.hour >= 12": lambda facts: facts["time"]["hour"] >= 12,
    "request.inputs.hours <= 4": lambda facts: (
        facts["request"]["inputs"]["hours"] <= 4 if "hours" in facts["request"]["inputs"] else WRONG
    ),
    "size(request.reason)": lambda _: WRONG,
    "request.reason > 3": lambda _: WRONG,
    "nobody.knows == 1": lambda _: WRONG,
    "((": lambda _: WRONG,
}


@dataclass(frozen=True)
class Answer:
    """What the oracle says: `why` is the sort of the first rule that said no, or let it through by other means."""

    state: str
    how: str = "none"
    expires_at: datetime | None = None
    why: str = ""


def answer(question: Question, now: datetime) -> Answer:
    """The decision at `now`, by the book."""
    if question.problems:
        return Answer("denied", why="problem")
    if not well_made_id(question):
        return Answer("denied", why="id")
    if not now < question.request.not_after:
        return Answer("expired", why="void")
    if seen_at(question) > now + timedelta(minutes=2):
        return Answer("pending", why="clock")
    today = by_one(question, question.base, now)
    before = by_one(question, question.settled, now)
    both = stricter(today, before, merged=question.merged_at is not None)
    if today.state == "allowed" and before.state != "allowed" and before.why != "no":
        ends = sorted(vote.at + DAY for vote in question.votes if vouches(question, vote, now))
        if len(ends) >= 2:
            assert today.expires_at is not None
            both = Answer("allowed", today.how, min(today.expires_at, ends[-2]), "vouched")
    if both.state == "allowed" and question.needs_merge and question.merged_at is None:
        return Answer("pending", both.how, both.expires_at, "merge")
    return both


def vouches(question: Question, vote: Vote, now: datetime) -> bool:
    """Whether a leader, before the change and now, wants the newer rules to count at once."""
    tier = PolicyTier(name="any")
    hall = Hall(question, question.settled, Policy(id="any", tiers=(tier,)), tier, now)
    leader = Approvers(capacity="role", role="leader")
    return (
        hall.is_fresh_yes(vote)
        and vote.reason.strip() != ""
        and not hall.is_out(vote.person)
        and hall.is_in(leader, vote.person, vote.at, still=True)
    )


def stricter(today: Answer, before: Answer, merged: bool) -> Answer:
    for state in ("denied", "expired", "pending"):
        for each in (today, before):
            if each.state == state:
                waits = each is before and state == "denied" and not merged
                if waits and today.state in ("allowed", "pending"):
                    return Answer("pending", why=each.why)
                return each
    assert today.expires_at is not None and before.expires_at is not None
    return Answer("allowed", today.how, min(today.expires_at, before.expires_at), today.why)


def seen_at(question: Question) -> datetime:
    if question.asked_at is not None and question.asked_at > question.request.requested_at:
        return question.asked_at
    return question.request.requested_at


def well_made_id(question: Question) -> bool:
    id = question.request.id
    if not id.startswith("req-") or len(id) != 30 or any(letter not in ALPHABET for letter in id[4:]):
        return False
    milliseconds = 0
    for letter in id[4:14]:
        milliseconds = milliseconds * 32 + ALPHABET.index(letter)
    outside = question.asked_at if question.asked_at is not None else question.merged_at
    for moment in (question.request.requested_at, outside):
        if moment is not None and abs(moment.timestamp() - milliseconds / 1000) > DAY.total_seconds():
            return False
    return True


def by_one(question: Question, rules: Rules, now: datetime) -> Answer:
    request = question.request
    if rules.action is None or rules.policy is None:
        return Answer("denied", why="unknown")
    if request.target is not None and rules.target is None:
        return Answer("denied", why="unknown")
    for who in (request.requester, request.for_ or request.requester):
        if not here(rules, who, request.requested_at) or not here(question.current, who, now):
            return Answer("denied", why="gone")
    facts = {**question.facts, **rules.facts}
    if TRUTH[rules.action.allow](facts) is not True:
        return Answer("denied", why="allow")
    if request.break_glass:
        return by_glass(question, rules, rules.policy, now)
    for number, tier in enumerate(rules.policy.tiers):
        holds = TRUTH[tier.when](facts)
        if holds is WRONG or (tier.when == "true" and number + 1 < len(rules.policy.tiers)):
            break
        if holds:
            if tier.auto_approve is not None and TRUTH[tier.auto_approve](facts):
                return Answer("allowed", "auto", request.not_after)
            return by_votes(question, rules, rules.policy, tier, now)
    return Answer("denied", why="tier")


def here(rules: Rules, who: str, at: datetime) -> bool:
    """Whether somebody is known, and not gone: their last day, where they live, is not over."""
    if who not in rules.people or not rules.people[who].active:
        return False
    last = rules.people[who].active_until
    return last is None or at.astimezone(ZoneInfo(rules.people[who].timezone or "UTC")).date() <= last


def by_glass(question: Question, rules: Rules, policy: Policy, now: datetime) -> Answer:
    glass, request, incident = policy.break_glass, question.request, question.incident
    if glass is None:
        return Answer("denied", why="glass")
    may = request.requester in glass.people
    for role in glass.roles:
        before = role in rules.people[request.requester].roles
        if before and role in question.current.people[request.requester].roles:
            may = True
    rank = {"SEV1": 1, "SEV2": 2, "SEV3": 3, "SEV4": 4, "SEV5": 5}
    uses = 0
    for moment in question.seen:
        if moment > request.requested_at - timedelta(days=30):
            uses += 1
    fine = (
        may
        and request.for_ in (None, request.requester)
        and incident is not None
        and incident.id == request.incident
        and incident.state not in ("resolved", "closed")
        and rank[incident.severity] <= rank[glass.severity]
        and request.target in incident.services
        and uses < glass.quota
    )
    if not fine:
        return Answer("denied", why="glass")
    end = min(
        request.requested_at + glass.duration,
        request.requested_at + timedelta(hours=1),
        request.not_after,
    )
    return Answer("allowed", "break-glass", end) if now < end else Answer("expired", why="void")


def by_votes(question: Question, rules: Rules, policy: Policy, tier: PolicyTier, now: datetime) -> Answer:
    hall = Hall(question, rules, policy, tier, now)
    if not tier.approvers or not all(hall.possible(each) for each in tier.approvers):
        return Answer("denied", why="group")
    if not all(clear(each) for step in tier.escalation for each in step.approvers):
        return Answer("denied", why="group")
    no = [vote for vote in question.votes if hall.is_last(vote) and hall.objects(vote)]
    best = hall.longest()
    if best is not None and not no:
        return Answer("allowed", "quorum", best)
    words = [
        hall.end(vote) for vote in question.votes if hall.overrides(vote) and all(after(vote, n) for n in no)
    ]
    if words:
        return Answer("allowed", "override", max(words), "override")
    return Answer("denied", why="no") if no else Answer("pending", why="lacking")


def after(one: Vote, other: Vote) -> bool:
    return (one.at, one.id) > (other.at, other.id)


def clear(asked: Approvers) -> bool:
    given = [name for name in ("role", "team", "person") if getattr(asked, name) is not None]
    return given == ([asked.capacity] if asked.capacity in ("role", "team", "person") else [])


class Hall:
    """Everybody who speaks of one request, under one tier."""

    def __init__(
        self, question: Question, rules: Rules, policy: Policy, tier: PolicyTier, now: datetime
    ) -> None:
        self.question, self.rules, self.policy, self.tier, self.now = question, rules, policy, tier, now
        self.life = tier.lifetime if tier.lifetime is not None else DAY
        self.helpers: list[Approvers] = []
        for step in tier.escalation:
            if seen_at(question) + step.after <= now:
                self.helpers.extend(step.approvers)

    def end(self, vote: Vote) -> datetime:
        return min(vote.at + self.life, self.question.request.not_after)

    def counts_at_all(self, vote: Vote) -> bool:
        """Whether a vote is more than noise."""
        if vote.verdict == "comment" or vote.person == "" or not vote.verified:
            return False
        if vote.verdict != "approve":
            return True
        merged = self.question.merged_at
        in_time = vote.at <= self.now and (merged is None or vote.at <= merged)
        return in_time and vote.digest == self.question.digest

    def is_last(self, vote: Vote) -> bool:
        """Whether it is the last word of its person."""
        if not self.counts_at_all(vote):
            return False
        for other in self.question.votes:
            if other.person == vote.person and self.counts_at_all(other) and after(other, vote):
                return False
        return True

    def is_fresh_yes(self, vote: Vote) -> bool:
        return vote.verdict == "approve" and self.is_last(vote) and self.now < vote.at + self.life

    def has_spoken(self, who: str) -> bool:
        for vote in self.question.votes:
            if vote.person == who and self.is_last(vote):
                return vote.verdict != "approve" or self.is_fresh_yes(vote)
        return False

    def is_out(self, who: str) -> bool:
        request = self.question.request
        return who in (request.requester, request.for_) or who in self.question.involved

    def is_in(self, asked: Approvers, who: str, at: datetime, still: bool) -> bool:
        """Whether `who` holds the capacity themselves at `at`; with `still`, and belongs to it now."""
        current = self.question.current
        if not here(self.rules, who, at) or (still and not here(current, who, self.now)):
            return False
        if asked.capacity == "target-on-call":
            return any(s.person == who and s.start <= at and at < s.end for s in self.question.on_call)
        if asked.capacity == "incident-commander":
            incident = self.question.incident
            if incident is None or incident.state in ("resolved", "closed"):
                return False
            return any(s.person == who and s.start <= at and at < s.end for s in incident.commanders)
        if not self.belongs(self.rules, asked, who):
            return False
        return not still or self.belongs(current, asked, who)

    def belongs(self, seen: Rules, asked: Approvers, who: str) -> bool:
        if asked.capacity == "person":
            return asked.person == who
        if asked.capacity == "role":
            return asked.role in seen.people[who].roles
        if asked.capacity == "requester-manager":
            asker = seen.people.get(self.question.request.requester)
            return asker is not None and asker.manager == who
        id = asked.team
        if asked.capacity == "target-owner":
            id = self.rules.target.owner if self.rules.target is not None else None
        if id is None or id not in seen.teams:
            return False
        return who in seen.teams[id].members or seen.teams[id].lead == who

    def possible(self, asked: Approvers) -> bool:
        """Whether the group says who is meant, and has, or may get, somebody."""
        if not clear(asked):
            return False
        if asked.capacity == "target-on-call":
            return self.rules.target is not None
        if asked.capacity == "incident-commander":
            return self.question.incident is not None
        return any(self.is_in(asked, who, self.now, still=True) for who in self.rules.people)

    def fits(self, asked: Approvers, vote: Vote) -> bool:
        """Whether an approval may fill a place of `asked`."""
        return not self.is_out(vote.person) and any(
            self.is_in(each, vote.person, vote.at, still=True) or self.sits_for_somebody(each, vote)
            for each in (asked, *self.helpers)
        )

    def sits_for_somebody(self, asked: Approvers, vote: Vote) -> bool:
        who, current = vote.person, self.question.current
        if not here(self.rules, who, vote.at) or not here(current, who, self.now):
            return False
        for absent, record in self.rules.people.items():
            if record.delegate != who or absent not in current.people:
                continue
            if current.people[absent].delegate != who or self.is_out(absent) or self.has_spoken(absent):
                continue
            if self.is_in(asked, absent, vote.at, still=True):
                return True
        return False

    def objects(self, vote: Vote) -> bool:
        """Whether a no is that of somebody who could have said yes."""
        if vote.verdict != "deny":
            return False
        leaders = [Approvers(capacity="role", role=role) for role in self.policy.override]
        for each in (*self.tier.approvers, *self.helpers, *leaders):
            if self.is_in(each, vote.person, vote.at, still=False):
                return True
            for absent, record in self.rules.people.items():
                deputy = record.delegate == vote.person and here(self.rules, vote.person, vote.at)
                if deputy and self.is_in(each, absent, vote.at, still=False):
                    return True
        return False

    def overrides(self, vote: Vote) -> bool:
        if not self.is_fresh_yes(vote) or self.is_out(vote.person) or vote.reason.strip() == "":
            return False
        return any(
            self.is_in(Approvers(capacity="role", role=role), vote.person, vote.at, still=True)
            for role in self.policy.override
        )

    def longest(self) -> datetime | None:
        """The latest end of any way to fill every place; None where there is no way."""
        yes = [vote for vote in self.question.votes if self.is_fresh_yes(vote)]
        places = [asked for asked in self.tier.approvers for _ in range(asked.count)]
        choices = [[vote for vote in yes if self.fits(asked, vote)] for asked in places]
        ends = [min(self.end(vote) for vote in way) for way in self.ways(choices, [])]
        return max(ends, default=None)

    def ways(self, choices: list[list[Vote]], so_far: list[Vote]) -> Iterator[list[Vote]]:
        """Every way to fill the places, one vote each."""
        number = len(so_far)
        if number == len(choices):
            yield so_far
            return
        numbers = [n for n, asked in enumerate(self.tier.approvers) for _ in range(asked.count)]
        for vote in choices[number]:
            clash = any(
                before.person == vote.person and (self.tier.distinct or numbers[n] == numbers[number])
                for n, before in enumerate(so_far)
            )
            if not clash:
                yield from self.ways(choices, [*so_far, vote])
