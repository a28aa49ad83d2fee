"""Whether enough people, of the right sort, have agreed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from lightship.actions.capacities import holds, seats
from lightship.actions.question import Decision, Held, Question, Requirement, Rules, Vote
from lightship.actions.votes import approvals, excluded, last_words, works
from lightship.catalog.kinds.policy import Approvers, Policy, PolicyTier

LIFETIME = timedelta(hours=24)


def judge(question: Question, rules: Rules, policy: Policy, tier: PolicyTier, now: datetime) -> Decision:
    """What the votes come to under `tier`."""
    if not tier.approvers:
        return Decision("denied", reasons=(f"'{tier.name}' names nobody who may approve",), tier=tier.name)
    lifetime = tier.lifetime or LIFETIME
    words = last_words(question, now)
    given = approvals(question, words.values(), lifetime, now)
    room = _Room(question, rules, tier, now)
    no = [vote for vote in words.values() if vote.verdict == "deny" and room.may_speak(vote)]
    requirements = room.requirements(given, words)
    if won := _override(question, rules, policy, given, no, now):
        ends = min(won.at + lifetime, question.request.not_after)
        reason = f"'{won.person}' took it upon themselves: {won.reason}"
        return Decision("allowed", requirements, (reason,), ends, "override", tier.name)
    if no:
        reasons = tuple(f"'{vote.person}' said no{f': {vote.reason}' if vote.reason else ''}" for vote in no)
        return Decision("denied", requirements, reasons, tier=tier.name)
    if all(each.is_met for each in requirements):
        used = {held.person for each in requirements for held in each.satisfied_by}
        ends = min((vote.at + lifetime for vote in given if vote.person in used), default=now)
        return Decision(
            "allowed", requirements, (), min(ends, question.request.not_after), "quorum", tier.name
        )
    lacking = tuple(
        f"{each.needed - len(each.satisfied_by)} more of {each.id}"
        for each in requirements
        if not each.is_met
    )
    return Decision("pending", requirements, lacking, tier=tier.name)


def _override(
    question: Question, rules: Rules, policy: Policy, given: Sequence[Vote], no: Sequence[Vote], now: datetime
) -> Vote | None:
    """The word that is enough alone: by a role of the policy, with a reason, and after every no."""
    out = excluded(question)
    last_no = max(((vote.at, vote.id) for vote in no), default=None)
    for vote in given:
        if vote.person in out or not vote.reason.strip():
            continue
        roles = (Approvers(capacity="role", role=role) for role in policy.override)
        heard = last_no is None or (vote.at, vote.id) > last_no
        if heard and any(holds(question, rules, role, vote.person, vote.at, now) for role in roles):
            return vote
    return None


class _Room:
    """Who may speak about a request, and for which requirement."""

    def __init__(self, question: Question, rules: Rules, tier: PolicyTier, now: datetime) -> None:
        self._question, self._rules, self._tier, self._now = question, rules, tier, now
        self._out = excluded(question)
        waited = now - question.request.requested_at
        self._also = tuple(
            each for step in tier.escalation if waited >= step.after for each in step.approvers
        )

    def may_speak(self, vote: Vote) -> bool:
        """Whether a no of `vote` counts: from anybody in a capacity that the tier names, whoever wrote the bytes."""
        named = (*self._tier.approvers, *self._also)
        return any(
            holds(self._question, self._rules, each, vote.person, vote.at, self._now) for each in named
        )

    def requirements(self, given: Sequence[Vote], words: Mapping[str, Vote]) -> tuple[Requirement, ...]:
        """Each requirement of the tier, with who satisfies it; a person counts once where people must be distinct."""
        options = [
            [(vote, held) for vote in given if (held := self._held(approvers, vote, words))]
            for approvers in self._tier.approvers
        ]
        counts = [approvers.count for approvers in self._tier.approvers]
        chosen = _matched(options, counts) if self._tier.distinct else _each(options, counts)
        return tuple(
            Requirement(
                _name(approvers),
                approvers.count,
                tuple(held),
                () if len(held) >= approvers.count else self._could(approvers, words, chosen),
            )
            for approvers, held in zip(self._tier.approvers, chosen, strict=True)
        )

    def _held(self, approvers: Approvers, vote: Vote, words: Mapping[str, Vote]) -> Held | None:
        """In what capacity `vote` counts for `approvers`: one's own first, then that of somebody who is away."""
        if vote.person in self._out:
            return None
        for each in (approvers, *self._also):
            for seat in seats(self._rules, vote.person):
                if self._seated(each, seat, vote, words):
                    capacity = _name(each) if seat == vote.person else f"{_name(each)}, for {seat}"
                    return Held(vote.person, capacity)
        return None

    def _seated(self, approvers: Approvers, seat: str, vote: Vote, words: Mapping[str, Vote]) -> bool:
        """Whether `seat`, which is the voter's own or of somebody they stand in for, holds the capacity.

        Who speaks themselves needs nobody to stand in; who may not approve cannot be stood in for.
        """
        question, rules = self._question, self._rules
        if seat != vote.person:
            stands_in = rules.people[seat].delegate == vote.person
            still = question.current.people.get(seat)
            if (
                seat in words
                or seat in self._out
                or not stands_in
                or still is None
                or still.delegate != vote.person
            ):
                return False
            if not (works(rules, vote.person, vote.at) and works(question.current, vote.person, self._now)):
                return False
        return holds(question, rules, approvers, seat, vote.at, self._now)

    def _could(
        self, approvers: Approvers, words: Mapping[str, Vote], chosen: Sequence[Sequence[Held]]
    ) -> tuple[str, ...]:
        """Who could still satisfy it now: not who is out, nor whose word counts already."""
        counted = {held.person for group in chosen for held in group}
        found = []
        for person in sorted(self._rules.people):
            asked = Vote("", person, "approve", self._now, self._question.digest)
            others = {id: vote for id, vote in words.items() if id != person}
            if person not in counted and self._held(approvers, asked, others):
                found.append(person)
        return tuple(found)


def _name(approvers: Approvers) -> str:
    which = approvers.role or approvers.team or approvers.person
    return f"{approvers.capacity} {which}" if which else approvers.capacity


def _each(options: Sequence[Sequence[tuple[Vote, Held]]], counts: Sequence[int]) -> list[list[Held]]:
    return [[held for _, held in group[:count]] for group, count in zip(options, counts, strict=True)]


def _matched(options: Sequence[Sequence[tuple[Vote, Held]]], counts: Sequence[int]) -> list[list[Held]]:
    """As many requirements met as can be with each person counting once: a maximum matching by augmenting paths."""
    slots = [number for number, count in enumerate(counts) for _ in range(count)]
    taken: dict[str, int] = {}  # person → slot

    def place(slot: int, tried: set[str]) -> bool:
        for _, held in options[slots[slot]]:
            if held.person in tried:
                continue
            tried.add(held.person)
            if held.person not in taken or place(taken[held.person], tried):
                taken[held.person] = slot
                return True
        return False

    for slot in range(len(slots)):
        place(slot, set())
    found: list[list[Held]] = [[] for _ in counts]
    for number, group in enumerate(options):
        for _, held in group:
            if held.person in taken and slots[taken[held.person]] == number:
                found[number].append(held)
    return found
