"""DORA's four figures of software delivery, from change records: how often, how fast, how safe, how soon repaired. Pure.

Defined as by https://dora.dev/guides/dora-metrics-four-keys/. What counts as a deployment: a record of that kind that has
been carried out, in production as far as it names an environment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lightship.facts.records import Change
from lightship.incidents.figures import Figure, Period, Verdict, counted, figure, left_out, minutes
from lightship.incidents.incident import Incident

_FAILED = ("failed", "rolled-back")
_REPAIRS = ("deployment", "rollback")
_DAY = timedelta(days=1)
_FREQUENCY = "deployments that reached production ÷ days of the period of which there are records"
_LEAD = "time of deployment − time of its first commit, of deployments that succeeded"
_FAILURES = "deployments that failed, were rolled back or are named as the cause of an incident ÷ deployments"
_RECOVERY = (
    "end of the incident that a failed deployment caused (mitigated, else resolved) − time of deployment; where it caused "
    "none, the next deployment or rollback of one of its services that succeeded − time of deployment"
)


@dataclass(frozen=True)
class Surroundings:
    """What deployments are judged by: incidents by the change that caused them, moments of repairs by service (sorted),
    stages of environments, the first moment of which there is a record, and the present one."""

    caused: Mapping[str, Sequence[Incident]]
    repairs: Mapping[str, Sequence[datetime]]
    stages: Mapping[str, str]
    first: datetime
    now: datetime


def surroundings(
    changes: Sequence[Change], incidents: Iterable[Incident], stages: Mapping[str, str], now: datetime
) -> Surroundings:
    """Of all changes and incidents there are: what repaired a deployment may lie outside the period that is asked for."""
    caused: dict[str, list[Incident]] = {}
    for incident in incidents:
        if incident.cause and incident.counts:
            caused.setdefault(incident.cause, []).append(incident)
    repairs: dict[str, list[datetime]] = {}
    for change in changes:
        if change.kind in _REPAIRS and change.status == "succeeded":
            for service in change.services:
                repairs.setdefault(service, []).append(change.at)
    first = min((change.at for change in changes), default=now)
    ranked = {service: sorted(moments) for service, moments in repairs.items()}
    return Surroundings(caused, ranked, stages, first, now)


def dora(changes: Iterable[Change], around: Surroundings, period: Period) -> dict[str, Figure]:
    """The four by key; nothing where no deployment is recorded in `period`, until now."""
    deployments = [
        each
        for each in changes
        if each.kind == "deployment" and each.at <= around.now and period.holds(each.at)
    ]
    if not deployments:
        return {}
    real = [each for each in deployments if not _why_not(each, around)]
    unreal = [left_out(each.id, why) for each in deployments if (why := _why_not(each, around))]
    failed = [each for each in real if _is_failure(each, around)]
    safe = [counted(float(_is_failure(each, around))) for each in real]
    days = _days(around, period)
    return {
        "deployment_frequency": figure(
            "deployment frequency", _FREQUENCY, "per-day", [*map(_reached, real), *unreal], days
        ),
        "lead_time": figure("lead time for changes", _LEAD, "minutes", [*map(_lead, real), *unreal]),
        "change_failure_rate": figure("change failure rate", _FAILURES, "share", [*safe, *unreal]),
        "recovery_time": figure(
            "failed deployment recovery time",
            _RECOVERY,
            "minutes",
            [_recovery(each, around) for each in failed],
        ),
    }


def _why_not(change: Change, around: Surroundings) -> str:
    """Why a record is no deployment to production; '' where it is one."""
    if change.status in ("planned", "in-progress"):
        return {"planned": "only planned", "in-progress": "still in progress"}[change.status]
    where = change.environment
    if where is None or around.stages.get(where, where) in ("production", "prod"):
        return ""
    return f"environment '{where}' is {around.stages.get(where, 'not in the catalog')}"


def _is_failure(change: Change, around: Surroundings) -> bool:
    return change.status in _FAILED or change.id in around.caused


def _reached(change: Change) -> Verdict:
    if change.status == "failed":
        return left_out(change.id, "failed: nothing was deployed")
    return counted(1.0)


def _days(around: Surroundings, period: Period) -> float:
    """The days that the rate is over, at least one: as far as there are records, since nothing is known of before."""
    begin = max(around.first, period.since) if period.since else around.first
    end = min(around.now, period.until) if period.until else around.now
    return max(1.0, (end - begin) / _DAY)


def _lead(change: Change) -> Verdict:
    if change.status == "failed":
        return left_out(change.id, "failed: nothing was deployed")
    if change.committed_at is None:
        return left_out(change.id, "when it was committed is not recorded")
    if change.at < change.committed_at:
        return left_out(
            change.id,
            f"negative: deployed at {change.at:%Y-%m-%d %H:%M %Z}, committed at {change.committed_at:%Y-%m-%d %H:%M %Z}",
        )
    return counted(minutes(change.at - change.committed_at))


def _recovery(change: Change, around: Surroundings) -> Verdict:
    those = around.caused.get(change.id, ())
    if those:
        ends = [_restored(each) for each in those]
        lasting = next((each.id for each, end in zip(those, ends, strict=True) if end is None), "")
        over = max((end for end in ends if end is not None), default=None)
        if lasting or over is None:
            return left_out(change.id, f"of incident {lasting}, which it caused, no end is recorded")
    else:
        over = min(
            filter(None, (_repaired(service, change.at, around) for service in change.services)), default=None
        )
        if over is None:
            return left_out(change.id, "nothing that repaired it is recorded")
    if over < change.at:
        return left_out(
            change.id, f"negative: its incident was over at {over:%Y-%m-%d %H:%M %Z}, before it was deployed"
        )
    return counted(minutes(over - change.at))


def _repaired(service: str, since: datetime, around: Surroundings) -> datetime | None:
    moments = around.repairs.get(service, ())
    place = bisect_right(moments, since)
    return moments[place] if place < len(moments) else None


def _restored(incident: Incident) -> datetime | None:
    stone = incident.milestones.get("mitigated") or incident.milestones.get("resolved")
    return stone.at if stone else None
