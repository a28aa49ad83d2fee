"""What claims, receipts and ends say, as plain data: an allow-list, so that nothing secret is ever recorded. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lightship.actions.operations import operation
from lightship.actions.plan import Step
from lightship.actions.question import Decision, Question
from lightship.actions.requests import Grant
from lightship.actions.vendor import Refs
from lightship.actions.votes import later
from lightship.journal.entry import stamp

_LONGEST = 500  # characters of a detail or a reference


def claim(step: Step, question: Question, *, simulated: bool, existed: bool) -> dict[str, Any]:
    """What is about to be done. Of a step that is taken back, all that this will need: the catalog may be broken then."""
    data: dict[str, Any] = {
        "key": step.key,
        "uses": step.uses,
        "digest": question.digest,
        "policy_digest": question.base.policy_digest,
        "for": question.request.beneficiary,
        "critical": step.critical,
    }
    if votes := _counted(question):
        data["votes"] = votes
    if question.request.break_glass:
        data["glass"] = _glass(question)
    if step.undo:
        data |= {"undo": step.undo, "with": dict(step.params)}
    if step.expires_at is not None:
        data["expires_at"] = stamp(step.expires_at)
    if simulated:
        data["simulated"] = True
    if existed:
        data["existed"] = True
    return data


def _glass(question: Question) -> dict[str, str]:
    """Who broke the glass, when, and until when somebody else is to look at it."""
    at, policy = question.request.requested_at, question.base.policy
    told = {"person": question.request.requester, "at": stamp(at)}
    if policy is None or policy.break_glass is None:
        return told
    return {**told, "review_due": stamp(later(at, policy.break_glass.review_within))}


def _counted(question: Question) -> list[dict[str, str]]:
    """The approvals of these bytes that a proof was found for: whose, when, and by which id the forge knows them."""
    return [
        {"id": _short(vote.id), "person": vote.person, "at": stamp(vote.at)}
        for vote in question.votes
        if vote.verdict == "approve" and vote.verified and vote.digest == question.digest
    ]


def undoing(grant: Grant) -> dict[str, Any]:
    """What is about to be taken back."""
    data: dict[str, Any] = {"key": grant.key, "uses": str(grant.act.intent.get("undo", ""))}
    return {**data, "simulated": True} if grant.simulated else data


def receipt(outcome: str, detail: str, uses: str = "", refs: Refs | None = None) -> dict[str, Any]:
    """What came of it. Of the references, those that the operation declares."""
    known = operation(uses)
    allowed = known.refs if known else ()
    kept = {name: _short(value) for name, value in sorted((refs or {}).items()) if name in allowed}
    return {"outcome": outcome, "detail": _short(detail), **({"refs": kept} if kept else {})}


def ended(outcome: str, why: str, decision: Decision | None) -> dict[str, Any]:
    """How a request ended, with the decision that it rested on."""
    data: dict[str, Any] = {"outcome": outcome, "why": _short(why)}
    return {**data, "decision": decided(decision)} if decision is not None else data


def decided(decision: Decision) -> Mapping[str, Any]:
    """A decision as plain data."""
    return {
        "allowed": decision.allowed,
        "state": decision.state,
        "how": decision.how,
        "tier": decision.tier,
        "reasons": [_short(reason) for reason in decision.reasons],
        "requirements": [
            {
                "id": each.id,
                "needed": each.needed,
                "satisfied_by": [
                    {"person": held.person, "capacity": held.capacity} for held in each.satisfied_by
                ],
            }
            for each in decision.requirements
        ],
        "expires_at": _stamp(decision.expires_at),
        "review_due": _stamp(decision.review_due),
    }


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)


def _short(value: str) -> str:
    """One line that can be printed, and not too long."""
    line = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
