"""How far to trust a runbook, as marks on a page."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from lightship.incidents.trust import Trust
from lightship.portal.pieces import state
from lightship.portal.words import days

_HOW = {"incident": "in an incident", "drill": "in a drill", "review": "by review"}


def marks(known: Trust, now: datetime) -> Markup:
    """Whether it was read through, and whether it was tried."""
    return Markup(" ").join((_review(known, now), _proof(known, now)))


def _review(known: Trust, now: datetime) -> Markup:
    if known.review_due is None:
        return state("bad warn", "never reviewed")
    if known.lapsed:
        return state("bad warn", f"review lapsed {days(known.review_due, now)}")
    return state("pass", "reviewed")


def _proof(known: Trust, now: datetime) -> Markup:
    if known.failed:
        return state("bad warn", f"did not help {_HOW[known.failed.method]} {days(known.failed.at, now)}")
    if known.verified:
        return state("pass", f"tried {_HOW[known.verified.method]} {days(known.verified.at, now)}")
    if known.void:
        return state("no_data", f"changed since it was tried {days(known.void.at, now)}")
    return state("info", "never tried")
