"""What incidents say about how we work: each figure with its formula, and with what was left out and why. Pure.

Drills, duplicates, and what was merged into another incident never count; notices and maintenance count only by type.
A missing stamp leaves the incident out of that figure, and so does a span below zero: nothing is imputed. Of a figure
made of one value an incident, the values and what was left out are together all incidents counted.
Sources of the terms: docs/adr/0010-metrics-told-honestly.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar, get_args
from zoneinfo import ZoneInfo

from lightship.catalog.settings import Settings
from lightship.facts.records import Change
from lightship.incidents import promptness, recurrence
from lightship.incidents.dora import dora, surroundings
from lightship.incidents.evidence import Evidence
from lightship.incidents.figures import (
    ALWAYS,
    Excluded,
    Figure,
    Period,
    Unit,
    Verdict,
    counted,
    figure,
    left_out,
    minutes,
)
from lightship.incidents.incident import Incident

_T = TypeVar("_T")
By = Literal["service", "team", "severity", "month", "type"]
BY: tuple[By, ...] = get_args(By)
_WORDS = {
    "impact_started": "the impact started",
    "detected": "it was detected",
    "declared": "it was declared",
    "acknowledged": "it was acknowledged",
    "mitigated": "it was mitigated",
    "resolved": "it was resolved",
}
_SPANS = (
    ("mttd", "time to detect", "impact_started", "detected"),
    ("mtta", "time to acknowledge", "declared", "acknowledged"),
    ("mttm", "time to mitigate", "impact_started", "mitigated"),
    ("mttr", "time to resolve", "impact_started", "resolved"),
)
_MTBF = "time from the start of an incident's impact to the start of the next one's, in the group"


@dataclass(frozen=True)
class Groups:
    """The figures of each group, and of all together; `without` are ids of incidents that belong to no group."""

    by: By
    groups: Mapping[str, Mapping[str, Figure]]
    whole: Mapping[str, Figure]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Metric:
    key: str
    title: str
    formula: str
    unit: Unit
    judge: Callable[[Incident], Verdict]


def metrics(evidence: Evidence, period: Period = ALWAYS) -> dict[str, Figure]:
    """Every figure by its key, over incidents that began in `period`; DORA's four where there are changes."""
    those = [each for each in evidence.incidents if each.counts and period.holds(each.began_at)]
    around = surroundings(evidence.changes, evidence.incidents, evidence.stages, evidence.now)
    return _incident_figures(_metrics(evidence), those) | dora(evidence.changes, around, period)


def grouped(evidence: Evidence, by: By, period: Period = ALWAYS) -> Groups:
    """The same for each service, team, severity, month (in the portal's zone) or type; DORA's where changes tell the group.

    An incident that hit several services counts once for each of them, and once for the whole.
    """
    counts = _happened if by == "type" else (lambda incident: incident.counts)
    those = [each for each in evidence.incidents if counts(each) and period.holds(each.began_at)]
    incidents = _sorted_into(those, lambda each: _of_incident(each, by, evidence))
    changes = _sorted_into(evidence.changes, lambda each: _of_change(each, by, evidence))
    known = [_judged(metric, those) for metric in _metrics(evidence)]
    around = surroundings(evidence.changes, evidence.incidents, evidence.stages, evidence.now)
    groups = {
        name: _incident_figures(known, incidents.get(name, ()))
        | dora(changes.get(name, ()), around, _within(period, name, by, evidence.settings))
        for name in sorted({*incidents, *changes})
        if name in incidents or any(_seen(change, period, evidence) for change in changes[name])
    }
    whole = _incident_figures(known, those) | dora(evidence.changes, around, period)
    without = tuple(each.id for each in those if not _of_incident(each, by, evidence))
    return Groups(by, groups, whole, without)


def _seen(change: Change, period: Period, evidence: Evidence) -> bool:
    return period.holds(change.at) and change.at <= evidence.now


def uncounted(evidence: Evidence, period: Period = ALWAYS) -> tuple[Excluded, ...]:
    """What began in `period` and never counts, and why."""
    found = (each for each in evidence.incidents if not each.counts and period.holds(each.began_at))
    return tuple(Excluded(each.id, _why_uncounted(each)) for each in found)


def _why_uncounted(incident: Incident) -> str:
    if incident.drill:
        return "a drill"
    if incident.duplicate_of:
        return "a duplicate"
    if incident.merged_into:
        return "merged into another"
    return "maintenance" if incident.type == "maintenance" else "a notice"


def _happened(incident: Incident) -> bool:
    return not (incident.drill or incident.duplicate_of or incident.merged_into)


def _metrics(evidence: Evidence) -> list[_Metric]:
    settings, now = evidence.settings, evidence.now
    before = recurrence.predecessors(evidence.incidents)
    return [
        *(
            _Metric(key, title, f"{end} − {start}", "minutes", _span(start, end))
            for key, title, start, end in _SPANS
        ),
        _Metric(
            "update_punctuality",
            "updates in time",
            promptness.UPDATES,
            "share",
            lambda each: promptness.updates(each, settings, now),
        ),
        _Metric(
            "postmortems_on_time",
            "post-mortems on time",
            promptness.POSTMORTEMS,
            "share",
            lambda each: promptness.postmortem(each, settings, now, evidence.merged),
        ),
        _Metric(
            "follow_ups_on_time",
            "follow-ups on time",
            promptness.FOLLOW_UPS,
            "share",
            lambda each: promptness.follow_ups(each, settings, now),
        ),
        _Metric(
            "recurrence",
            "incidents that came back",
            recurrence.FORMULA,
            "share",
            lambda each: recurrence.verdict(each, before),
        ),
    ]


def _judged(metric: _Metric, incidents: Iterable[Incident]) -> _Metric:
    """The metric with every incident judged already: groups share their incidents."""
    verdicts = {each.id: metric.judge(each) for each in incidents}
    return replace(metric, judge=lambda incident: verdicts[incident.id])


def _incident_figures(known: Iterable[_Metric], incidents: Sequence[Incident]) -> dict[str, Figure]:
    figures = {
        metric.key: figure(metric.title, metric.formula, metric.unit, map(metric.judge, incidents))
        for metric in known
    }
    between = figure("time between failures", _MTBF, "minutes", _between(incidents))
    spans = [key for key, *_ in _SPANS]
    return (
        {key: figures[key] for key in spans}
        | {"mtbf": between}
        | {key: value for key, value in figures.items() if key not in spans}
    )


def _span(start: str, end: str) -> Callable[[Incident], Verdict]:
    """Judge by the minutes between two milestones."""

    def judge(incident: Incident) -> Verdict:
        begun, ended = incident.milestones.get(start), incident.milestones.get(end)
        if ended is None:
            return left_out(incident.id, _why_unended(incident, end))
        if begun is None:
            return left_out(incident.id, f"when {_WORDS[start]} is not recorded")
        if ended.at < begun.at:
            moments = f"{_WORDS[end]} at {ended.at:%Y-%m-%d %H:%M %Z}, and {_WORDS[start]} at {begun.at:%Y-%m-%d %H:%M %Z}"
            return left_out(incident.id, f"negative: {moments}")
        return counted(minutes(ended.at - begun.at))

    return judge


def _why_unended(incident: Incident, end: str) -> str:
    if incident.is_open and end != "detected":
        return "still open"
    if incident.state == "closed" and end == "resolved":
        return f"closed without being resolved: {incident.closed_reason}"
    return f"when {_WORDS[end]} is not recorded"


def _between(incidents: Iterable[Incident]) -> Iterator[Verdict]:
    """From start to start: time to repair is part of it, so it is MTTF + MTTR."""
    starts: list[tuple[datetime, str]] = []
    for incident in incidents:
        stone = incident.milestones.get("impact_started")
        if stone is None:
            yield left_out(incident.id, f"when {_WORDS['impact_started']} is not recorded")
        else:
            starts.append((stone.at, incident.id))
    starts.sort()
    for number, (at, id) in enumerate(starts):
        if number:
            yield counted(minutes(at - starts[number - 1][0]))
        else:
            yield left_out(id, "the first: there is none before it")


def _sorted_into(those: Iterable[_T], names: Callable[[_T], Iterable[str]]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for each in those:
        for name in dict.fromkeys(names(each)):
            found.setdefault(name, []).append(each)
    return found


def _of_incident(incident: Incident, by: By, evidence: Evidence) -> tuple[str, ...]:
    if by == "severity":
        return (incident.severity,)
    if by == "type":
        return (incident.type,)
    if by == "month":
        return (_month(incident.began_at, evidence.settings),)
    return _places(incident.services, by, evidence)


def _of_change(change: Change, by: By, evidence: Evidence) -> tuple[str, ...]:
    """A change has neither a severity nor a type of incident."""
    if by in ("severity", "type"):
        return ()
    if by == "month":
        return (_month(change.at, evidence.settings),)
    return _places(change.services, by, evidence)


def _places(services: tuple[str, ...], by: By, evidence: Evidence) -> tuple[str, ...]:
    if by == "service":
        return services
    return tuple(evidence.teams[service] for service in services if service in evidence.teams)


def _month(moment: datetime, settings: Settings) -> str:
    return f"{moment.astimezone(ZoneInfo(settings.timezone)):%Y-%m}"


def _within(period: Period, name: str, by: By, settings: Settings) -> Period:
    """The part of `period` that the group lies in: all of it, but for a month."""
    if by != "month":
        return period
    first = datetime.strptime(name, "%Y-%m").replace(tzinfo=ZoneInfo(settings.timezone))
    following = (first + timedelta(days=32)).replace(day=1)
    since = first if period.since is None else max(first, period.since)
    return Period(since, following if period.until is None else min(following, period.until))
