"""May this request be carried out? Pure, total and explained: default is no, and every no says why.

The catalog of the merge's first parent decides, and that of the policy's delay before it: both must allow, so that a
change of policy, people or teams helps nobody before it could be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ulid import ULID

from lightship.actions import quorum
from lightship.actions.question import Decision, Question, Rules, State
from lightship.actions.vocabulary import VARIABLES
from lightship.actions.votes import works
from lightship.catalog.kinds.policy import BreakGlass, PolicyTier
from lightship.expressions import Expression, context

SKEW = timedelta(seconds=120)
ID_AGE = timedelta(hours=24)
LIFETIME = timedelta(hours=24)
GLASS = timedelta(hours=1)
QUOTA_DAYS = timedelta(days=30)
_WORST: tuple[State, ...] = ("denied", "expired", "pending", "allowed")


def decide(question: Question, now: datetime) -> Decision:
    """The decision at `now` (aware). Never raises; the same question and moment give the same decision."""
    if reasons := _refusals(question, now):
        return Decision("denied", reasons=reasons)
    if now >= question.request.not_after:
        return Decision(
            "expired", reasons=(f"it was void from {question.request.not_after:%Y-%m-%d %H:%M %Z} on",)
        )
    decision = _by(question, question.base, now)
    if question.settled != question.base:
        decision = _both(decision, _by(question, question.settled, now))
    if decision.allowed and question.needs_merge and question.merged_at is None:
        return replace(decision, state="pending", reasons=(*decision.reasons, "it is not merged yet"))
    return decision


def _refusals(question: Question, now: datetime) -> tuple[str, ...]:
    request = question.request
    found = list(question.problems)
    if request.requested_at > now + SKEW:
        found.append("it was asked for in the future: a clock is wrong")
    try:
        made = ULID.from_str(request.id.removeprefix("req-").upper()).datetime
    except ValueError:
        found.append(f"'{request.id}' is no id of a request; `lightship request new` makes one")
    else:
        if abs(made.astimezone(UTC) - request.requested_at) > ID_AGE:
            found.append("its id is from another day than the request: ask anew")
    return tuple(found)


def _both(base: Decision, settled: Decision) -> Decision:
    """What both allow; where they differ, the stricter one, and what either needs."""
    stricter = min((base, settled), key=lambda each: _WORST.index(each.state))
    ends = [each.expires_at for each in (base, settled) if each.expires_at is not None]
    before = tuple(
        replace(each, id=f"{each.id} (as it was before)")
        for each in settled.requirements
        if each not in base.requirements
    )
    why = tuple(f"{reason} (as it was before)" for reason in settled.reasons if reason not in base.reasons)
    return replace(
        stricter,
        requirements=(*base.requirements, *before),
        reasons=(*base.reasons, *why),
        expires_at=min(ends) if stricter.allowed and ends else None,
    )


def _by(question: Question, rules: Rules, now: datetime) -> Decision:
    request, policy = question.request, rules.policy
    if rules.action is None:
        return _no(f"there is no action '{request.action}'")
    if policy is None:
        return _no(f"there is no policy '{rules.action.policy}'")
    for role, person in (("asks", request.requester), ("gets it", request.beneficiary)):
        if not (works(rules, person, request.requested_at) and works(question.current, person, now)):
            return _no(f"'{person}', who {role}, does not work here")
    values = {**question.facts, **rules.facts}
    if why := _false(rules.action.allow, values, "who may ask"):
        return _no(why)
    if request.break_glass:
        return _break_glass(question, rules, policy.break_glass, now)
    tier = _tier(policy.tiers, values)
    if isinstance(tier, str):
        return _no(tier)
    if tier.auto_approve is not None and not _false(tier.auto_approve, values, "what needs nobody"):
        return Decision("allowed", expires_at=request.not_after, how="auto", tier=tier.name)
    return quorum.judge(question, rules, policy, tier, now)


def _tier(tiers: tuple[PolicyTier, ...], values: Mapping[str, Any]) -> PolicyTier | str:
    """The first tier that holds, or why there is none."""
    for tier in tiers:
        verdict = Expression(tier.when, VARIABLES).evaluate(context(values))
        if verdict is True:
            return tier
        if verdict is not False:
            return f"whether '{tier.name}' holds cannot be told: {_why(verdict)}"
    return "no tier of the policy holds for this"


def _false(source: str, values: Mapping[str, Any], what: str) -> str:
    """Why the condition does not hold; empty where it does."""
    verdict = Expression(source, VARIABLES).evaluate(context(values))
    if verdict is True:
        return ""
    return f"{what}: `{source}` {'does not hold' if verdict is False else f'cannot be told: {_why(verdict)}'}"


def _why(verdict: object) -> str:
    return getattr(verdict, "message", "something it looks at is missing")


def _break_glass(question: Question, rules: Rules, glass: BreakGlass | None, now: datetime) -> Decision:
    request = question.request
    if glass is None:
        return _no("the policy knows no break-glass")
    end = min(request.requested_at + min(glass.duration, GLASS), request.not_after)
    if reasons := tuple(_glass_reasons(question, rules, glass)):
        return Decision("denied", reasons=reasons)
    if now >= end:
        return Decision("expired", reasons=(f"break-glass held until {end:%Y-%m-%d %H:%M %Z}",))
    due = request.requested_at + glass.review_within
    return Decision("allowed", expires_at=end, how="break-glass", tier="break-glass", review_due=due)


def _glass_reasons(question: Question, rules: Rules, glass: BreakGlass) -> list[str]:
    request, incident = question.request, question.incident
    found = []
    named = request.requester in glass.people
    held = all(
        set(glass.roles) & set(each.people[request.requester].roles) for each in (rules, question.current)
    )
    if not (named or held):
        found.append(f"'{request.requester}' is not among those who may break the glass")
    if request.beneficiary != request.requester:
        found.append("break-glass is for who asks, and for nobody else")
    if incident is None or not incident.is_open:
        found.append("it needs an open incident")
    else:
        if incident.severity > glass.severity:
            found.append(
                f"the incident is {incident.severity}, and break-glass needs {glass.severity} or worse"
            )
        if request.target is not None and request.target not in incident.services:
            found.append(f"the incident does not hit '{request.target}'")
    recent = [moment for moment in question.seen if request.requested_at - QUOTA_DAYS < moment]
    if len(recent) >= glass.quota:
        found.append(
            f"'{request.requester}' used it {len(recent)} times in 30 days, and {glass.quota} are the most"
        )
    return found


def _no(reason: str) -> Decision:
    return Decision("denied", reasons=(reason,))
