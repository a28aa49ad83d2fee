"""Policies in words: who approves, how many of them, who else after a time, whose word alone is enough. All are Markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from lightship.catalog.kinds.policy import Approvers, BreakGlass, Policy, PolicyTier
from lightship.portal.pieces import Pieces
from lightship.portal.words import span

_CAPACITIES = {
    "target-owner": "the team that owns the service",
    "target-on-call": "who is on call for the service",
    "requester-manager": "the manager of who asks",
    "incident-commander": "who leads the incident",
}
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def said(text: str) -> str:
    """`text` of a decision, with capacities in words: 'who is on call for the service' for 'target-on-call'."""
    for capacity, words in _CAPACITIES.items():
        text = text.replace(capacity, words)
    return text


def tiers(policy: Policy, pieces: Pieces) -> list[dict[str, object]]:
    """Each tier: its name, the condition that it holds by ('' for always), and what it needs."""
    return [
        {
            "name": tier.name,
            "when": "" if tier.when.strip() == "true" else tier.when,
            "told": list(_tier(tier, pieces)),
        }
        for tier in policy.tiers
    ]


def short(policy: Policy | None, pieces: Pieces) -> str:
    """Who approves, in a few words for a list: that of the first tier, and whether it may be otherwise."""
    if policy is None:
        return "no policy"
    first = policy.tiers[0]
    if first.auto_approve is not None and first.auto_approve.strip() == "true":
        return "nobody needs to approve"
    told = _and([Markup("{}").format(_who(each, pieces)).striptags() for each in first.approvers])
    return told if len(policy.tiers) == 1 else f"{told}; it depends"


def around(policy: Policy, pieces: Pieces) -> Iterator[Markup]:
    """What holds beside the tiers: overrides, and break-glass."""
    if policy.override:
        roles = _or([Markup("<strong>{}</strong>").format(role) for role in policy.override])
        yield Markup("One person with the role {} may decide alone, with a reason.").format(roles)
    if policy.break_glass:
        yield _glass(policy.break_glass, pieces)


def _tier(tier: PolicyTier, pieces: Pieces) -> Iterator[Markup]:
    if tier.auto_approve is not None:
        always = tier.auto_approve.strip() == "true"
        yield (
            Markup("Nobody needs to approve.")
            if always
            else Markup("Nobody needs to approve where <code>{}</code>.").format(tier.auto_approve)
        )
    if tier.approvers:
        several = len(tier.approvers) > 1 or tier.approvers[0].count > 1
        distinct = " They are different people." if several and tier.distinct else ""
        yield Markup("{} {}.{}").format(
            "Approved by" if tier.auto_approve is None else "Else by",
            _and([_who(each, pieces) for each in tier.approvers]),
            distinct,
        )
    for step in tier.escalation:
        others = _or([_who(each, pieces) for each in step.approvers])
        yield Markup("After {} also by {}.").format(span(step.after), others)
    if tier.approvers:
        yield Markup("An approval holds for {}.").format(span(tier.lifetime) if tier.lifetime else "24h")


def _who(approvers: Approvers, pieces: Pieces) -> Markup:
    count = _NUMBERS[approvers.count]
    if approvers.capacity == "role":
        return Markup("{} with the role <strong>{}</strong>").format(
            "somebody" if approvers.count == 1 else f"{count} people", approvers.role
        )
    if approvers.capacity == "person":
        return pieces.name("person", approvers.person or "")
    if approvers.capacity == "team":
        return Markup("{} of {}").format(count, pieces.name("team", approvers.team or ""))
    told = _CAPACITIES[approvers.capacity]
    if approvers.capacity == "target-owner" or approvers.count > 1:
        return Markup("{} of {}").format(count, told)
    return Markup("{}").format(told)


def _glass(glass: BreakGlass, pieces: Pieces) -> Markup:
    who = [Markup("people with the role <strong>{}</strong>").format(role) for role in glass.roles]
    who += [pieces.name("person", person) for person in glass.people]
    return Markup(
        "Break-glass: {} may act first, in an open incident on the service of {} or worse, for {}, {} times in 30 days; "
        "it is reviewed within {}."
    ).format(
        _or(who),
        glass.severity,
        span(glass.duration),
        glass.quota,
        span(glass.review_within),
    )


def _and(parts: Sequence[str]) -> Markup:
    return _joined(parts, "and")


def _or(parts: Sequence[str]) -> Markup:
    return _joined(parts, "or")


def _joined(parts: Sequence[str], word: str) -> Markup:
    if len(parts) < 2:
        return Markup("{}").format(parts[0] if parts else "nobody")
    return Markup("{} {} {}").format(Markup(", ").join(parts[:-1]), word, parts[-1])
