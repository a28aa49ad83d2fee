"""Times, spans and counts as people say them; every function is pure and takes `now` and a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
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


def stamp(moment: datetime) -> str:
    """`moment` in UTC, to the second: 2026-03-01T09:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clock(moment: datetime, now: datetime, name: str) -> str:
    """`moment` in the zone `name`, as short as it stays clear: '18:00', 'Tue 18:00', '14 Mar 18:00'."""
    local, today = moment.astimezone(zone(name)), now.astimezone(zone(name))
    away = (local.date() - today.date()).days
    if away == 0:
        return f"{local:%H:%M}"
    if 0 < away < 7:
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local.day} {local:%b %Y}"


def minute(moment: datetime, now: datetime, name: str) -> Markup:
    """A <time> that says the day, unless it is today, and always the minute: '14 Mar 18:00'."""
    local = moment.astimezone(zone(name))
    today = local.date() == now.astimezone(zone(name)).date()
    text = f"{local:%H:%M}" if today else f"{local.day} {local:%b %H:%M}"
    return _time(moment, text, full(moment, name), "minute")


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


def lasted(delta: timedelta) -> str:
    """How long something went on, to the minute while that matters: '41 min', '1 h 25 min', '3 days 4 h'."""
    minutes = round(delta.total_seconds() / 60)
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days_, rest = divmod(round(minutes / 60), 24)
    return plural(days_, "day") + (f" {rest} h" if rest and days_ < 10 else "")


def age(since: datetime, now: datetime) -> Markup:
    """A <time> that says how long something has been going on; a script keeps it right."""
    return Markup('<time class="ls-age" datetime="{}">{}</time>').format(stamp(since), lasted(now - since))


def on(day: date, now: datetime) -> Markup:
    """A <time> for a day: how far away it is, with the date on hover."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        day.isoformat(), f"{day:%A} {day.day} {day:%B %Y}", days(day, now)
    )


def _time(moment: datetime, text: str, title: str, sort: str) -> Markup:
    return Markup(
        f'<time class="ls-{sort}" datetime="{stamp(moment)}" title="{escape(title)}">{escape(text)}</time>'
    )


def short(day: date) -> str:
    """'14 Mar 2026'."""
    return f"{day.day} {day:%b %Y}"
