"""Times, spans and counts as people say them; every function is pure and takes `now` and a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA zone `name`."""
    return ZoneInfo(name)


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


def clock(moment: datetime, now: datetime, name: str) -> str:
    """`moment` in the zone `name`, as short as it stays clear: '18:00', 'Tue 18:00', '14 Mar 18:00'."""
    local, today = moment.astimezone(zone(name)), now.astimezone(zone(name))
    away = (local.date() - today.date()).days
    if away == 0:
        return f"{local:%H:%M}"
    if 0 < away < 7:
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local.day} {local:%b %Y}"


def full(moment: datetime, name: str) -> str:
    """'Tuesday 14 March 2026, 18:00 CET'."""
    local = moment.astimezone(zone(name))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M %Z}"


def at(moment: datetime, now: datetime, name: str) -> Markup:
    """A <time> that says the clock, with the whole of it on hover."""
    return _time(moment, clock(moment, now, name), full(moment, name), "clock")


def when(moment: datetime, now: datetime, name: str) -> Markup:
    """A <time> that says how far away `moment` is, with the whole of it on hover."""
    return _time(moment, relative(moment, now), full(moment, name), "relative")


def on(day: date, now: datetime) -> Markup:
    """A <time> for a day: how far away it is, with the date on hover."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        day.isoformat(), f"{day:%A} {day.day} {day:%B %Y}", days(day, now)
    )


def _time(moment: datetime, text: str, title: str, sort: str) -> Markup:
    stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup(f'<time class="ls-{sort}" datetime="{stamp}" title="{escape(title)}">{escape(text)}</time>')


def short(day: date) -> str:
    """'14 Mar 2026'."""
    return f"{day.day} {day:%b %Y}"
