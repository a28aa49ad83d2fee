"""What the records say of this machine's clock, where no other clock is at hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from lightship.actions.decide import SKEW
from lightship.journal.entry import Entry


def behind(records: Mapping[str, Iterable[Entry]], now: datetime) -> str:
    """Why nothing new may begin at `now`: a clock that is behind lets live too long; '' where nothing shows that it is.

    `records` are by kind, in order. What one of several writers recorded ahead of `now` shows that *their* clock is
    wrong, and stops nobody: it stays in the journal for good.
    """
    ahead: dict[str, datetime] = {}  # the latest of each who recorded ahead of us
    others: set[str] = set()
    for those in records.values():
        for entry in those:
            if entry.recorded_at - now > SKEW:
                ahead[entry.by.label] = max(entry.recorded_at, ahead.get(entry.by.label, now))
            else:
                others.add(entry.by.label)
    if not ahead or (len(ahead) == 1 and others - ahead.keys()):
        return ""
    agreed = sorted(ahead.values())[-2:][0]
    off = (agreed - now).total_seconds()
    return f"this machine's clock is {off:.0f} s behind what was recorded: set it right first"
