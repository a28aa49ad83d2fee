"""What people sign: the bytes of a request, a vote, a withdrawal and a review, each for a purpose of its own. Pure."""

from __future__ import annotations

from datetime import datetime

from lightship.journal.entry import canonical, stamp

REQUEST = "lightship-request"
APPROVAL = "lightship-approval"
REVIEW = "lightship-review"


def asking(digest: str, person: str) -> bytes:
    """That `person` asks for what has this digest."""
    return canonical({"says": "ask", "digest": digest, "person": person})


def withdrawing(digest: str, person: str, reason: str) -> bytes:
    """That `person` does not ask for it any more."""
    return canonical({"says": "withdraw", "digest": digest, "person": person, "reason": reason})


def voting(digest: str, person: str, verdict: str, reason: str, at: datetime) -> bytes:
    """What `person` says of it, and when: neither can be told otherwise later."""
    return canonical({"says": verdict, "digest": digest, "person": person, "reason": reason, "at": stamp(at)})


def reviewing(digest: str, person: str, verdict: str, text: str) -> bytes:
    """What `person` found who looked at a use of break-glass."""
    return canonical(
        {"says": "reviewed", "digest": digest, "person": person, "verdict": verdict, "text": text}
    )
