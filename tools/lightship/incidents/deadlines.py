"""When something falls due: updates by the severity's cadence, post-mortems and follow-ups in business days. Pure."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from lightship.catalog.settings import Holidays, Settings
from lightship.incidents.incident import FollowUp, Incident

_DAY = timedelta(days=1)
_SATURDAY = 5


@lru_cache(maxsize=64)
def _days_off(country: str, subdivision: str | None, year: int) -> Container[date]:
    import holidays  # takes 100 ms, and only portals that name a country need it

    found = holidays.country_holidays(country, subdiv=subdivision, years=year)
    return frozenset(found)


def is_business_day(day: date, where: Holidays | None) -> bool:
    """Whether people are at work on `day`: no weekend, no public holiday of `where`."""
    if day.weekday() >= _SATURDAY:
        return False
    return where is None or day not in _days_off(where.country, where.subdivision, day.year)


def business_days_after(day: date, count: int, where: Holidays | None) -> date:
    """The day that lies `count` business days after `day`."""
    while count > 0:
        day += _DAY
        count -= is_business_day(day, where)
    return day


def postmortem_due(incident: Incident, settings: Settings) -> date | None:
    """The last day for the post-mortem, counted from the resolution; None where none is required, or not yet.

    Of an imported incident none is: whatever was promised for it, was promised elsewhere.
    """
    resolved = incident.milestones.get("resolved")
    days = settings.severities.of(worst(incident)).postmortem_days
    if resolved is None or days is None or incident.source or not incident.counts:
        return None
    return business_days_after(local_day(resolved.at, settings), days, settings.holidays)


def follow_up_due(follow_up: FollowUp, incident: Incident, settings: Settings) -> date:
    """The follow-up's own day, else the one that the severity gives it."""
    if follow_up.due:
        return follow_up.due
    days = settings.severities.of(worst(incident)).follow_up_days
    return business_days_after(local_day(follow_up.opened_at, settings), days, settings.holidays)


def update_due(incident: Incident, settings: Settings) -> datetime | None:
    """When the next update of an open incident is due (UTC); None where the severity asks for none, or it was imported."""
    every = settings.severities.of(incident.severity).update_every
    if every is None or incident.source or not incident.is_open:
        return None
    last = max((moved.at for moved in incident.updates), default=incident.declared_at)
    return (max(last, incident.declared_at) + every).astimezone(UTC)


def worst(incident: Incident) -> str:
    """The worst severity that it ever had: what was promised for it stays promised."""
    return min((incident.severity, *(each.severity for each in incident.severities)))


def local_day(moment: datetime, settings: Settings) -> date:
    """The day of `moment` in the portal's time zone."""
    return moment.astimezone(ZoneInfo(settings.timezone)).date()
