"""What a rule may say of a service, and the letter that stands for it where there are hundreds of thousands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Outcome(StrEnum):
    """What a rule says of a service."""

    PASS = "pass"
    FAIL = "fail"
    WAIVED = "waived"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"


PASS, FAIL, WAIVED, NO_DATA, NOT_APPLICABLE, BROKEN = "pfwn-!"

OUTCOMES: Mapping[str, Outcome] = {
    PASS: Outcome.PASS,
    FAIL: Outcome.FAIL,
    WAIVED: Outcome.WAIVED,
    NO_DATA: Outcome.NO_DATA,
    NOT_APPLICABLE: Outcome.NOT_APPLICABLE,
    BROKEN: Outcome.NO_DATA,
}
HOLD = frozenset((PASS, WAIVED, NOT_APPLICABLE))
"""Letters that let a level hold."""
