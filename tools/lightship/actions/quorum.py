"""Whether enough people, of the right sort, have agreed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from lightship.actions.capacities import holders, misnamed, name, trouble
from lightship.actions.question import Decision, Family, Held, Question, Requirement, Rules, State, Vote
from lightship.actions.votes import approvals, excluded, last_words, later, works
from lightship.catalog.kinds.policy import Approvers, Policy, PolicyTier

LIFETIME = timedelta(hours=24)
LEADER = "leader"
_Option = tuple[Vote, Held]


def judge(question: Question, rules: Rules, policy: Policy, tier: PolicyTier, now: datetime) -> Decision:
    """What the votes come to under `tier`."""
    if fault := _fault(question, rules, tier, now):
        return Decision("denied", reasons=(fault,), tier=tier.name, families=("group",))
    room = _Room(question, rules, policy, tier, now)
    chosen = room.chosen()
    requirements = room.requirements(chosen)
    no = room.denials()
    if not no and all(each.is_met for each in requirements):
        ends = min(room.ends(vote) for group in chosen for vote, _ in group)
        return Decision("allowed", requirements, (), ends, "quorum", tier.name)
    if won := room.override(no):
        reason = f"'{won.person}' took it upon themselves: {won.reason}"
        return Decision(
            "allowed", requirements, (reason,), room.ends(won), "override", tier.name, None, ("override",)
        )
    if no:
        reasons = tuple(f"'{vote.person}' said no{f': {vote.reason}' if vote.reason else ''}" for vote in no)
        return _told("denied", requirements, reasons, tier, "no")
    return _told("pending", requirements, tuple(room.lacking(requirements)), tier, "lacking")


def leaders(question: Question, rules: Rules, now: datetime) -> tuple[Vote, ...]:
    """The approvals, with a reason each, of leaders by `rules` who are so still; the newest first, one for each person."""
    leading = Approvers(capacity="role", role=LEADER)
    out = excluded(question)
    return tuple(
        vote
        for vote in approvals(last_words(question, now).values(), LIFETIME, now)
        if vote.person not in out
        and vote.reason.strip()
        and vote.person in holders(question, rules, leading, vote.at, now)
    )


def _told(
    state: State,
    requirements: tuple[Requirement, ...],
    reasons: tuple[str, ...],
    tier: PolicyTier,
    family: Family,
) -> Decision:
    return Decision(state, requirements, reasons, tier=tier.name, families=(family,) * len(reasons))


def _fault(question: Question, rules: Rules, tier: PolicyTier, now: datetime) -> str:
    """Why `tier` can never be satisfied as it was meant; '' where it can."""
    if not tier.approvers:
        return f"'{tier.name}' names nobody who may approve"
    later_on = (misnamed(each) for step in tier.escalation for each in step.approvers)
    first = (trouble(question, rules, each, now) for each in tier.approvers)
    return next((why for why in (*first, *later_on) if why), "")


class _Room:
    """Who may speak about a request, and for which requirement."""

    def __init__(
        self, question: Question, rules: Rules, policy: Policy, tier: PolicyTier, now: datetime
    ) -> None:
        self._question, self._rules, self._tier, self._now = question, rules, tier, now
        self._lifetime = tier.lifetime or LIFETIME
        self._words = last_words(question, now)
        self._given = approvals(self._words.values(), self._lifetime, now)
        self._out = excluded(question)
        self._also = tuple(
            each for step in tier.escalation if now - question.since >= step.after for each in step.approvers
        )
        self._leaders = tuple(Approvers(capacity="role", role=role) for role in policy.override)
        # Who has spoken is not away: nobody speaks in their place.
        self._spoke = {vote.person for vote in self._words.values() if vote.verdict != "approve"}
        self._spoke |= {vote.person for vote in self._given}

    def chosen(self) -> Sequence[Sequence[_Option]]:
        """The approvals that count, for each requirement: those that hold longest."""
        options = [
            [(vote, held) for vote in self._given if (held := self._held(approvers, vote.person, vote.at))]
            for approvers in self._tier.approvers
        ]
        counts = [approvers.count for approvers in self._tier.approvers]
        if self._tier.distinct:
            return _matched(options, counts)
        return [options[number][:count] for number, count in enumerate(counts)]

    def requirements(self, chosen: Sequence[Sequence[_Option]]) -> tuple[Requirement, ...]:
        """Each requirement of the tier, with who satisfies it, and who still could."""
        counted = {held.person for group in chosen for _, held in group}
        return tuple(
            self._requirement(approvers, chosen[number], counted)
            for number, approvers in enumerate(self._tier.approvers)
        )

    def _requirement(self, approvers: Approvers, group: Sequence[_Option], counted: set[str]) -> Requirement:
        could = () if len(group) >= approvers.count else self._could(approvers, group, counted)
        who = tuple(held for _, held in reversed(group))
        return Requirement(name(approvers), approvers.count, who, could)

    def denials(self) -> tuple[Vote, ...]:
        """Every no of somebody who could have approved, or overridden, when they said it, whoever wrote the bytes.

        What became of them since does not matter: a change of people or teams takes no objection away.
        """
        named = (*self._tier.approvers, *self._also, *self._leaders)
        return tuple(
            vote
            for vote in self._words.values()
            if vote.verdict == "deny" and any(self._heard(each, vote) for each in named)
        )

    def override(self, no: Iterable[Vote]) -> Vote | None:
        """The word that is enough alone: by a role of the policy, with a reason, and after every no."""
        last_no = max(((vote.at, vote.id) for vote in no), default=None)
        for vote in self._given:
            if vote.person in self._out or not vote.reason.strip():
                continue
            heard = last_no is None or (vote.at, vote.id) > last_no
            if heard and any(vote.person in self._holders(role, vote.at) for role in self._leaders):
                return vote
        return None

    def ends(self, vote: Vote) -> datetime:
        """When an approval no longer holds."""
        return min(later(vote.at, self._lifetime), self._question.request.not_after)

    def lacking(self, requirements: Iterable[Requirement]) -> Iterable[str]:
        """What is still needed, and from when others may help."""
        for each in requirements:
            if not each.is_met:
                nobody = "" if each.could_satisfy else ", and nobody is left who could"
                yield f"{each.needed - len(each.satisfied_by)} more of {each.id}{nobody}"
        if self._question.merged_at is not None:
            yield "it was merged before enough people had approved, and what they say after that does not count"
            return
        for step in self._tier.escalation:
            if self._now - self._question.since < step.after:
                names = ", ".join(name(each) for each in step.approvers)
                yield f"from {later(self._question.since, step.after):%Y-%m-%d %H:%M %Z} on, also by {names}"

    def _holders(self, approvers: Approvers, at: datetime) -> frozenset[str]:
        return holders(self._question, self._rules, approvers, at, self._now)

    def _heard(self, approvers: Approvers, vote: Vote) -> bool:
        """Whether a no comes from the capacity, or from who stands in for somebody in it."""
        found = holders(self._question, self._rules, approvers, vote.at, None)
        seats = (self._rules.people[id].delegate for id in found)
        return vote.person in found or (vote.person in seats and works(self._rules, vote.person, vote.at))

    def _held(self, approvers: Approvers, person: str, at: datetime) -> Held | None:
        """In what capacity an approval counts for `approvers`: one's own first, then that of somebody who is away."""
        if person in self._out:
            return None
        for each in (approvers, *self._also):
            found = self._holders(each, at)
            if person in found:
                return Held(person, name(each))
            for seat in sorted(found - self._out - self._spoke):
                if self._stands_in(person, seat, at):
                    return Held(person, f"{name(each)}, for {seat}")
        return None

    def _stands_in(self, person: str, seat: str, at: datetime) -> bool:
        """Whether `person` is the delegate of `seat`, was so by the base, and works here."""
        rules, current = self._rules, self._question.current
        return (
            rules.people[seat].delegate == person == current.people[seat].delegate
            and works(rules, person, at)
            and works(current, person, self._now)
        )

    def _could(self, approvers: Approvers, group: Sequence[_Option], counted: set[str]) -> tuple[str, ...]:
        """Who could still satisfy it now: not who is out, nor whose word counts already; nobody once it is merged."""
        if self._question.merged_at is not None:
            return ()
        here = {held.person for _, held in group}
        taken = counted if self._tier.distinct else here
        found = {person for each in (approvers, *self._also) for person in self._holders(each, self._now)}
        deputies = {deputy for person in found if (deputy := self._rules.people[person].delegate)}
        return tuple(
            person
            for person in sorted((found | deputies) - taken)
            if self._held(approvers, person, self._now)
        )


def _matched(options: Sequence[Sequence[_Option]], counts: Sequence[int]) -> Sequence[Sequence[_Option]]:
    """As many places filled as can be with each person in one place: a maximum matching by augmenting paths.

    People come newest first and, once placed, only ever move to other places: so what is chosen holds longest.
    """
    places = [number for number, count in enumerate(counts) for _ in range(count)]
    fits = [{held.person: (vote, held) for vote, held in group} for group in options]
    seated: dict[int, str] = {}  # place → person

    def seat(person: str, tried: set[int]) -> bool:
        for place, number in enumerate(places):
            if place in tried or person not in fits[number]:
                continue
            tried.add(place)
            if place not in seated or seat(seated[place], tried):
                seated[place] = person
                return True
        return False

    votes = {held.person: (vote.at, vote.id) for group in options for vote, held in group}
    for person in sorted(votes, key=lambda each: votes[each], reverse=True):
        seat(person, set())
    found: list[list[_Option]] = [[] for _ in counts]
    for place, person in sorted(seated.items()):
        found[places[place]].append(fits[places[place]][person])
    return [sorted(group, key=lambda each: (each[0].at, each[0].id), reverse=True) for group in found]
