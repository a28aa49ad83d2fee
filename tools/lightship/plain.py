"""Times, spans, counts and texts in plain words; every function is pure, and takes `now` where it needs it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def plural(count: int, one: str, many: str = "") -> str:
    """'1 service', '3 services', '2 people'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def span(delta: timedelta) -> str:
    """How long `delta` is, in its largest fitting unit: '34 min', '5 h', '3 days', '6 weeks'."""
    seconds = abs(delta.total_seconds())
    if seconds < _HOUR:
        return f"{max(1, round(seconds / _MINUTE))} min"
    if seconds < 2 * _DAY:
        return f"{round(seconds / _HOUR)} h"
    if seconds < 21 * _DAY:
        return f"{round(seconds / _DAY)} days"
    if seconds < 90 * _DAY:
        return f"{round(seconds / _DAY / 7)} weeks"
    if seconds < 730 * _DAY:
        return f"{round(seconds / _DAY / 30.44)} months"
    return f"{round(seconds / _DAY / 365.25)} years"


def relative(moment: datetime, now: datetime) -> str:
    """'in 5 h' or '3 days ago'."""
    return f"in {span(moment - now)}" if moment >= now else f"{span(now - moment)} ago"


def days(day: date, now: datetime) -> str:
    """`day` seen from `now` (UTC): 'today', 'tomorrow', 'yesterday', 'in 12 days', '3 weeks ago'."""
    away = (day - now.astimezone(UTC).date()).days
    if away in (-1, 0, 1):
        return ("yesterday", "today", "tomorrow")[away + 1]
    words = span(timedelta(days=away)).replace("48 h", "2 days")
    return f"in {words}" if away > 0 else f"{words} ago"


def visible(text: str) -> str:
    """`text` without what a terminal would obey: others wrote it."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
