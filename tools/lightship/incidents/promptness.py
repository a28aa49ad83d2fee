"""Whether what was promised was kept: updates by the severity's cadence, post-mortems and follow-ups by their day. Pure."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from datetime import datetime, timedelta

from lightship.catalog.settings import Settings
from lightship.incidents.deadlines import follow_up_due, local_day, postmortem_due, worst
from lightship.incidents.figures import Verdict, counted, left_out
from lightship.incidents.incident import Incident
from lightship.incidents.postmortem import path

UPDATES = (
    "updates made in time ÷ updates due: while an incident is open, each update (and the declaration) promises the next "
    "one within the cadence of its severity; in a longer silence one is missed for each cadence that passes"
)
POSTMORTEMS = "post-mortems published by their day ÷ post-mortems due by now or published, where the severity asks for one"
FOLLOW_UPS = "follow-ups done by their day ÷ follow-ups due by now or done; dropped ones are left out"
IMPORTED = "imported: its source does not say"
_KEPT, _BROKEN = 1.0, 0.0


def updates(incident: Incident, settings: Settings, now: datetime) -> Verdict:
    """1.0 for each due update that came in time, 0.0 for each that did not, until it was over or until `now`."""
    if incident.source:
        return left_out(incident.id, IMPORTED)
    verdict = Verdict(values=tuple(_promises(incident, settings, now)))
    return verdict if verdict.values else left_out(incident.id, "no update fell due")


def _promises(incident: Incident, settings: Settings, now: datetime) -> Iterator[float]:
    ends = [incident.milestones[name].at for name in ("resolved", "closed") if name in incident.milestones]
    end = min(ends) if ends and not incident.is_open else now
    last, held = incident.declared_at, _cadences(incident, settings)
    told = sorted(moved.at for moved in incident.updates)
    for moment in told:
        if not last < moment <= end:
            continue
        if every := _holds(held, last):
            if moment - last > every:
                yield from [_BROKEN] * (math.ceil((moment - last) / every) - 1)
            yield _KEPT
        last = moment
    if every := _holds(held, last):
        yield from [_BROKEN] * max(0, math.floor((end - last) / every))


def _cadences(incident: Incident, settings: Settings) -> list[tuple[datetime, timedelta | None]]:
    """Since when which cadence held."""
    return [(each.since, settings.severities.of(each.severity).update_every) for each in incident.severities]


def _holds(cadences: list[tuple[datetime, timedelta | None]], at: datetime) -> timedelta | None:
    """The cadence that the severity of the moment `at` asks for."""
    for since, every in reversed(cadences):
        if since <= at:
            return every
    return cadences[0][1] if cadences else None


def postmortem(incident: Incident, settings: Settings, now: datetime, merged: Container[str] = ()) -> Verdict:
    """1.0 where it was published by its day, 0.0 where not; `merged`: paths of those on the main branch."""
    due = postmortem_due(incident, settings)
    if due is None:
        return left_out(incident.id, _why_none(incident, settings))
    published = incident.postmortem_published_at
    if published is None and (incident.postmortem_path or path(incident.id)) in merged:
        return left_out(incident.id, "published, but when is not recorded")
    if published is None and local_day(now, settings) <= due:
        return left_out(incident.id, f"not due before the end of {due}")
    in_time = published is not None and local_day(published, settings) <= due
    return counted(_KEPT if in_time else _BROKEN)


def _why_none(incident: Incident, settings: Settings) -> str:
    if incident.source:
        return IMPORTED
    if settings.severities.of(worst(incident)).postmortem_days is None:
        return f"{worst(incident)} asks for none"
    if incident.is_open:
        return "still open"
    return (
        "when it was resolved is not recorded" if incident.counts else f"{incident.type}: none is asked for"
    )


def follow_ups(incident: Incident, settings: Settings, now: datetime) -> Verdict:
    """For each follow-up 1.0 where it was done by its day, 0.0 where not; named `<incident>/<follow-up>` where left out."""
    verdicts = []
    for each in incident.follow_ups:
        name, due = f"{incident.id}/{each.id}", follow_up_due(each, incident, settings)
        if each.state == "dropped":
            verdicts.append(left_out(name, "dropped"))
        elif each.done_at is not None:
            verdicts.append(counted(_KEPT if local_day(each.done_at, settings) <= due else _BROKEN))
        elif local_day(now, settings) > due:
            verdicts.append(counted(_BROKEN))
        else:
            verdicts.append(left_out(name, f"not due before the end of {due}"))
    return Verdict(
        tuple(value for each in verdicts for value in each.values),
        tuple(reason for each in verdicts for reason in each.excluded),
    )
