"""What happened that automations wait for: to incidents, to scores, or on the clock. Pure.

Each happening has a `key` of its own, so that whatever follows from it follows once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.action import Event, Trigger
from lightship.catalog.settings import Settings
from lightship.incidents.book import Book
from lightship.incidents.deadlines import postmortem_due, update_due
from lightship.incidents.incident import Incident
from lightship.oncall.localtime import instant, wall, zone
from lightship.scorecards.history import KIND as SCORES
from lightship.scorecards.history import NONE

_MONDAY = "1970-01-05T00:00"
_LONG_AGO = timedelta(days=200)  # by then every post-mortem has been due: 90 business days are the most


@dataclass(frozen=True, slots=True)
class Score:
    """A service that stands lower on a scorecard than it did."""

    service: str
    scorecard: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that is so since the moment `at` (UTC), of an incident or a score."""

    on: Event
    at: datetime
    key: str
    incident: Incident | None = None
    score: Score | None = None


def happenings(catalog: Catalog, book: Book, now: datetime, since: datetime) -> Iterator[Happening]:
    """Everything that is so now and began in [`since`, `now`]. Of drills, imports and parts of other incidents: nothing."""
    for incident in book.incidents.values():
        if incident.counts and incident.source is None:
            for each in _of_incident(incident, catalog.settings, now):
                if since <= each.at <= now:
                    yield each
    for dropped in _scores(catalog, book):
        if since <= dropped.at <= now:
            yield dropped


def came_round(trigger: Trigger, settings: Settings, now: datetime) -> Iterator[Happening]:
    """The last time that a schedule came round; nothing before its start.

    Whole days are counted by the clocks on the wall: every Monday at nine is at nine all year round. Hours are counted as
    they pass.
    """
    if trigger.every is None:
        return
    area = zone(trigger.timezone or settings.timezone)
    start, every = datetime.fromisoformat(trigger.start or _MONDAY), trigger.every
    first = instant(start, area)
    if every % timedelta(days=1):
        at = first + (now - first) // every * every
    else:  # a time that the clocks skip comes when they jump
        at = instant(start + (wall(now, area) - start) // every * every, area)
    if first <= at <= now:
        yield Happening("schedule", at, f"{int(every.total_seconds())}/{at:%Y%m%dT%H%M}")


def _of_incident(incident: Incident, settings: Settings, now: datetime) -> Iterator[Happening]:
    if incident.is_open:
        yield from _of_open(incident, settings, now)
        return
    resolved = incident.milestones.get("resolved")
    if resolved is None or resolved.at < now - _LONG_AGO:
        return
    # Resolved again after it was opened again is another end.
    key = f"{incident.id}/{incident.reopened}"
    yield Happening("incident-resolved", resolved.at.astimezone(UTC), key, incident)
    due = postmortem_due(incident, settings)
    if due is not None and incident.postmortem_published_at is None:
        end = datetime.combine(due + timedelta(days=1), time(), ZoneInfo(settings.timezone)).astimezone(UTC)
        if end <= now:
            yield Happening("postmortem-overdue", end, key, incident)


def _of_open(incident: Incident, settings: Settings, now: datetime) -> Iterator[Happening]:
    declared = incident.declared_at.astimezone(UTC)
    yield Happening("incident-declared", declared, incident.id, incident)
    graded = incident.severities
    for number, each in enumerate(graded):
        if number and each.severity < graded[number - 1].severity:
            at = each.since.astimezone(UTC)
            yield Happening("severity-raised", at, f"{incident.id}/{each.severity}/{number}", incident)
    within = settings.severities.of(incident.severity).acknowledge_within
    if within is not None and "acknowledged" not in incident.milestones and declared + within <= now:
        yield Happening("incident-unacknowledged", declared + within, incident.id, incident)
    due = update_due(incident, settings)
    if due is not None and due <= now:
        yield Happening("update-overdue", due, f"{incident.id}/{due:%Y%m%dT%H%M}", incident)


def _scores(catalog: Catalog, book: Book) -> Iterator[Happening]:
    """Services that stood higher the day before: by the last two days that are recorded."""
    days = {entry.subject: entry for entry in book.records.get(SCORES, ())}
    if len(days) < 2:
        return
    (_, old), (day, new) = sorted(days.items())[-2:]
    for card, levels in new.data.items():
        ranks = _ranks(catalog, card)
        before = old.data.get(card)
        if not isinstance(levels, dict) or not isinstance(before, dict):
            continue
        for service, after in levels.items():
            was = before.get(service)
            if service in catalog.services and ranks.get(str(after), 0) < ranks.get(str(was), 0):
                score = Score(service, card, str(was), "" if after == NONE else str(after))
                yield Happening("score-dropped", new.recorded_at, f"{service}/{card}/{day}", score=score)


def _ranks(catalog: Catalog, card: str) -> dict[str, int]:
    found = catalog.scorecards.get(card)
    return {level.id: rank for rank, level in enumerate(found.levels if found else (), 1)}
