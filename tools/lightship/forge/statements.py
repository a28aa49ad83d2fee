"""What people sign: the exact bytes of a request, of a vote and of a withdrawal, each for a purpose of its own. Pure."""

from __future__ import annotations

from datetime import datetime

from lightship.journal.entry import canonical, stamp

REQUEST = "lightship-request"
APPROVAL = "lightship-approval"


def asking(digest: str, person: str) -> bytes:
    """That `person` asks for what has this digest."""
    return canonical({"says": "ask", "digest": digest, "person": person})


def withdrawing(digest: str, person: str, reason: str) -> bytes:
    """That `person` does not ask for it any more."""
    return canonical({"says": "withdraw", "digest": digest, "person": person, "reason": reason})


def voting(digest: str, person: str, verdict: str, reason: str, at: datetime) -> bytes:
    """What `person` says of it, and when: neither can be told otherwise later."""
    return canonical({"says": verdict, "digest": digest, "person": person, "reason": reason, "at": stamp(at)})
