"""Whether a runbook can be trusted today: read through lately, and tried out as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from markupsafe import Markup

from lightship.catalog.kinds.runbook import Runbook, Verification
from lightship.catalog.runbook_hash import content_hash
from lightship.portal.pieces import state
from lightship.portal.words import days


@dataclass(frozen=True, slots=True)
class Trust:
    """`review_due`: the day the last review stops to hold, None without one. `verified`: the newest proof that holds."""

    review_due: date | None
    lapsed: bool
    verified: Verification | None
    void: Verification | None
    marks: Markup
    rank: int


def trust(runbook: Runbook, now: datetime) -> Trust:
    """What is known of `runbook` at `now`. `rank`: 0 where it needs care first, 3 where all is well."""
    today = now.astimezone(UTC).date()
    digest = content_hash(runbook)
    newest = sorted(runbook.verifications, key=lambda each: each.at, reverse=True)
    verified = next((each for each in newest if each.content_hash == digest), None)
    void = newest[0] if newest and verified is None else None
    due = runbook.reviewed_at + runbook.review_every if runbook.reviewed_at else None
    lapsed = due is not None and due < today
    marks = Markup(" ").join((_review(due, lapsed, now), _proof(verified, void, now)))
    rank = (0 if lapsed or due is None else 2) + (1 if verified else 0)
    return Trust(due, lapsed, verified, void, marks, rank)


def _review(due: date | None, lapsed: bool, now: datetime) -> Markup:
    if due is None:
        return state("bad warn", "never reviewed")
    return state("bad warn", f"review lapsed {days(due, now)}") if lapsed else state("pass", "reviewed")


def _proof(verified: Verification | None, void: Verification | None, now: datetime) -> Markup:
    how = {"incident": "in an incident", "drill": "in a drill", "review": "by review"}
    if verified:
        return state("pass", f"tried {how[verified.method]} {days(verified.at, now)}")
    if void:
        return state("no_data", f"changed since it was tried {days(void.at, now)}")
    return state("info", "never tried")
