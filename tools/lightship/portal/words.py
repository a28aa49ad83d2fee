"""Times, spans and counts as people say them; every function is pure and takes `now` and a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from lightship.plain import days as days
from lightship.plain import plural as plural
from lightship.plain import relative as relative
from lightship.plain import span as span


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA zone `name`."""
    return ZoneInfo(name)


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
