"""May this request be carried out? Pure, total and explained: default is no, and every no says why.

The catalog of the merge's first parent decides, and that of the policy's delay before it: both must allow, so that a
change of policy, people or teams helps nobody before it could be seen. docs/adr/0016-who-may.md has the rules in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, get_args

from lightship.actions import freezing, quorum
from lightship.actions.ids import made_at
from lightship.actions.question import Decision, Family, Question, Rules, State
from lightship.actions.vocabulary import VARIABLES
from lightship.actions.votes import later, works
from lightship.catalog.kinds.policy import BreakGlass, PolicyTier
from lightship.expressions import Broken, Expression, Verdict, context
from lightship.expressions.engine import Context
from lightship.incidents.events import Severity

SKEW = timedelta(seconds=120)
ID_AGE = timedelta(hours=24)
GLASS = timedelta(hours=1)
QUOTA_DAYS = timedelta(days=30)
VOUCHING = 2  # leaders who let newer rules count before their time
_SEVERITIES: tuple[str, ...] = get_args(Severity)
_STRICTEST: tuple[State, ...] = ("denied", "expired", "pending", "allowed")


def decide(question: Question, now: datetime) -> Decision:
    """The decision at `now` (aware). Never raises; the same question and moment give the same decision."""
    if naive := tuple(_naive(question, now)):
        return _no("moment", *naive)
    if question.problems:
        return _no("problem", *question.problems)
    if reasons := tuple(_refusals(question)):
        return _no("id", *reasons)
    if now >= question.request.not_after:
        return _void(f"it was void from {question.request.not_after:%Y-%m-%d %H:%M %Z} on")
    if question.since - now > SKEW:
        return Decision(
            "pending", reasons=("it was asked for in the future: a clock is wrong",), families=("clock",)
        )
    decision = _by(question, question.base, now)
    if question.settled != question.base:
        earlier = _by(question, question.settled, now)
        vouched = _vouched(question, decision, earlier, now)
        decision = vouched or _both(decision, earlier, question.merged_at is None)
    if decision.allowed and question.needs_merge and question.merged_at is None:
        reasons = (*decision.reasons, "it is not merged yet")
        return replace(decision, state="pending", reasons=reasons, families=(*decision.families, "merge"))
    return decision


def _naive(question: Question, now: datetime) -> Iterator[str]:
    """Which moments have no time zone: nothing can be said of these."""
    request, incident = question.request, question.incident
    spans = (*question.on_call, *(incident.commanders if incident else ()))
    moments = {
        "now": (now,),
        "the request": (request.requested_at, request.not_after),
        "when it was asked for or merged": (question.asked_at, question.merged_at),
        "a vote": tuple(vote.at for vote in question.votes),
        "who was on call or in command": tuple(end for span in spans for end in (span.start, span.end)),
        "an earlier use of break-glass": question.seen,
    }
    for what, found in moments.items():
        if any(moment is not None and moment.utcoffset() is None for moment in found):
            yield f"{what}: a moment without a time zone"


def _refusals(question: Question) -> Iterator[str]:
    """Why the id is not one that was made for this request."""
    request = question.request
    made = made_at(request.id)
    if made is None:
        yield f"'{request.id}' is no id of a request; `lightship request new` makes one"
        return
    seen = question.asked_at or question.merged_at or request.requested_at
    if any(abs(made - moment) > ID_AGE for moment in (request.requested_at, seen)):
        yield "its id is from another day than the request: ask anew"


def _both(base: Decision, settled: Decision, waits: bool) -> Decision:
    """What both allow; where they differ, the stricter one, and what either needs.

    `waits`: the earlier rules still become later ones, so that what they forbid is not forbidden for good.
    """
    stricter = min((base, settled), key=lambda each: _STRICTEST.index(each.state))
    if waits and settled.state == "denied" and base.state in ("allowed", "pending"):
        stricter = replace(settled, state="pending")
    ends = [each.expires_at for each in (base, settled) if each.expires_at is not None]
    before = tuple(
        replace(each, id=f"{each.id} (as it was before)")
        for each in settled.requirements
        if each not in base.requirements
    )
    why = tuple(
        (f"{reason} (as it was before)", settled.families[number])
        for number, reason in enumerate(settled.reasons)
        if reason not in base.reasons
    )
    return replace(
        stricter,
        requirements=(*base.requirements, *before),
        reasons=(*base.reasons, *(reason for reason, _ in why)),
        families=(*base.families, *(family for _, family in why)),
        expires_at=min(ends) if stricter.allowed else None,
    )


def _vouched(question: Question, newer: Decision, earlier: Decision, now: datetime) -> Decision | None:
    """What the newer rules allow at once, since two leaders of the earlier ones want that; None where it has to wait.

    Never against somebody's no: whoever changed the rules may have taken their say away.
    """
    if not newer.allowed or newer.expires_at is None or earlier.allowed or "no" in earlier.families:
        return None
    leaders = quorum.leaders(question, question.settled, now)[:VOUCHING]
    if len(leaders) < VOUCHING:
        return None
    names = " and ".join(sorted(f"'{vote.person}'" for vote in leaders))
    return replace(
        newer,
        reasons=(*newer.reasons, f"{names}, who lead, let the newer rules count at once"),
        families=(*newer.families, "vouched"),
        expires_at=min(newer.expires_at, *(later(vote.at, quorum.LIFETIME) for vote in leaders)),
    )


def _by(question: Question, rules: Rules, now: datetime) -> Decision:
    """What `rules` say."""
    request, policy = question.request, rules.policy
    if rules.action is None:
        return _no("unknown", f"there is no action '{request.action}'")
    if policy is None:
        return _no("unknown", f"there is no policy '{rules.action.policy}'")
    if request.target is not None and rules.target is None:
        return _no("unknown", f"there is no service '{request.target}'")
    for role, person in (("asks", request.requester), ("gets it", request.beneficiary)):
        if not (works(rules, person, request.requested_at) and works(question.current, person, now)):
            return _no("gone", f"'{person}', who {role}, does not work here")
    facts = {**question.facts, **rules.facts}
    conditions = _Conditions(facts)
    allow = conditions.verdict(rules.action.allow)
    if allow is not True:
        why = f"who may ask: `{rules.action.allow}` {_told(allow)}"
        return _no("allow", why, *_freeze(question, rules, facts))
    if request.break_glass:
        return _break_glass(question, rules, policy.break_glass, now)
    tier = _tier(policy.tiers, conditions)
    if isinstance(tier, str):
        return _no("tier", tier)
    if tier.auto_approve is not None and conditions.verdict(tier.auto_approve) is True:
        return Decision("allowed", expires_at=request.not_after, how="auto", tier=tier.name)
    return quorum.judge(question, rules, policy, tier, now)


def _freeze(question: Question, rules: Rules, facts: Mapping[str, Any]) -> Iterator[str]:
    """What is to be said of the freeze, where but for it who asks might."""
    target = facts.get("target")
    if question.frozen is None or rules.action is None or not isinstance(target, Mapping):
        return
    thawed = _Conditions({**facts, "target": {**target, "frozen": False}})
    if thawed.verdict(rules.action.allow) is True:
        yield freezing.told(question.frozen, rules)


class _Conditions:
    """Conditions over the same `values`, which are brought into CEL's form once."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._context: Context | None
        try:
            self._context = context(values)
        except ValueError:  # a text or a number that CEL does not know
            self._context = None

    def verdict(self, source: str) -> Verdict:
        """Whether `source` holds; Broken where its values are none that CEL can look at."""
        if self._context is None:
            return Broken("something it could look at is neither text nor number")
        return _expression(source).evaluate(self._context)


@lru_cache(maxsize=1024)
def _expression(source: str) -> Expression:
    return Expression(source, VARIABLES)


def _tier(tiers: tuple[PolicyTier, ...], conditions: _Conditions) -> PolicyTier | str:
    """The first tier that holds, or why there is none. One that holds always is the last: a `when` got lost otherwise."""
    for tier in tiers:
        if tier.when.strip() == "true" and tier is not tiers[-1]:
            return f"'{tier.name}' has no `when`, so that the tiers after it never count"
        verdict = conditions.verdict(tier.when)
        if verdict is True:
            return tier
        if verdict is not False:
            return f"when '{tier.name}': `{tier.when}` {_told(verdict)}"
    return "no tier of the policy holds for this"


def _told(verdict: Verdict) -> str:
    """A condition that did not hold, in words."""
    if verdict is False:
        return "does not hold"
    why = verdict.message if isinstance(verdict, Broken) else "something it looks at is missing"
    return f"cannot be told: {why}"


def _break_glass(question: Question, rules: Rules, glass: BreakGlass | None, now: datetime) -> Decision:
    request = question.request
    if glass is None:
        return _no("glass", "the policy knows no break-glass")
    if reasons := tuple(_glass_reasons(question, rules, glass)):
        return _no("glass", *reasons)
    end = min(later(request.requested_at, min(glass.duration, GLASS)), request.not_after)
    if now >= end:
        return _void(f"break-glass held until {end:%Y-%m-%d %H:%M %Z}")
    due = later(request.requested_at, glass.review_within)
    return Decision("allowed", expires_at=end, how="break-glass", tier="break-glass", review_due=due)


def _glass_reasons(question: Question, rules: Rules, glass: BreakGlass) -> Iterator[str]:
    """Each condition of break-glass that does not hold."""
    request = question.request
    people = (rules.people[request.requester], question.current.people[request.requester])
    if request.requester not in glass.people and not set(glass.roles).intersection(
        *(person.roles for person in people)
    ):
        yield f"'{request.requester}' is not among those who may break the glass"
    if request.beneficiary != request.requester:
        yield "break-glass is for who asks, and for nobody else"
    yield from _incident_reasons(question, glass)
    used = sum(request.requested_at - moment < QUOTA_DAYS for moment in question.seen)
    if used >= glass.quota:
        yield f"'{request.requester}' used it {used} times in 30 days, and {glass.quota} are the most"


def _incident_reasons(question: Question, glass: BreakGlass) -> Iterator[str]:
    """What is missing of an open incident, bad enough, on the target."""
    request, incident = question.request, question.incident
    if incident is None or incident.id != request.incident or not incident.is_open:
        yield "it needs an open incident, and names it"
        return
    if incident.severity not in _SEVERITIES[: _SEVERITIES.index(glass.severity) + 1]:
        yield f"the incident is {incident.severity}, and break-glass needs {glass.severity} or worse"
    if request.target is None or request.target not in incident.services:
        yield f"the incident does not hit '{request.target or 'a target'}'"


def _no(family: Family, *reasons: str) -> Decision:
    return Decision("denied", reasons=reasons, families=(family,) * len(reasons))


def _void(reason: str) -> Decision:
    return Decision("expired", reasons=(reason,), families=("void",))
