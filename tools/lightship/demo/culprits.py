"""The change that caused an incident, the one that took it back, and the alert that told of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from lightship.demo.dice import Dice, hexadecimal
from lightship.demo.world import Fault, World, after, pace
from lightship.facts.records import Alert, Change

SOURCES = {
    "deployment": "argocd",
    "rollback": "argocd",
    "config": "argocd",
    "flag": "flags",
    "infrastructure": "terraform",
    "schema": "migrations",
}
ALERTS = "dynatrace"
_BACK = "-back"  # what the id of a change that takes another one back ends in
_HOST = "https://deploys.astronomy-shop.example"


def change(world: World, fault: Fault, began: datetime, dice: Dice) -> Change | None:
    """What was changed minutes before `began`, and did it; None where nothing was."""
    if not fault.cause:
        return None
    at = after(began, -dice.between(2, 22))
    title, why = fault.change, dice.one(("Asked for by the product team.", "Saves time every day.", None))
    return made(world, fault.cause, fault.changed, at, title, why, dice, "culprit")


def made(
    world: World,
    kind: str,
    service: str,
    at: datetime,
    title: str,
    reason: str | None,
    dice: Dice,
    number: object,
) -> Change:
    """A change of `service` at `at`, by somebody of its team."""
    id = f"{service}-{at:%Y%m%d}-{hexadecimal(world.seed, service, at.isoformat(), number)[:6]}"
    team = world.catalog.services[service].owner
    written = after(at, -60 * dice.between(1.5, 60) * pace(at.date()))
    fields: dict[str, object] = {
        "id": id,
        "kind": kind,
        "at": at,
        "services": (service,),
        "title": title,
        "author": world.member(team, at, int(dice.between(0, 6))),
        "environment": "production-eu" if dice.whether(0.6) else "production-us",
        "url": f"{_HOST}/{id}",
        "source": SOURCES[kind],
    }
    if reason:
        fields["reason"] = reason
    if kind in ("deployment", "schema", "config"):
        fields |= {"committed_at": written, "commit": hexadecimal(world.seed, id)}
    if kind == "deployment":
        fields["application"] = service
    return Change.model_validate(fields)


def with_repair(world: World, culprit: Change | None, mitigated: datetime) -> tuple[Change, ...]:
    """The culprit as it ended; where it was a deployment, taken back some minutes before the end of harm."""
    if culprit is None:
        return ()
    if culprit.kind != "deployment":
        return (culprit,)
    at = max(mitigated - timedelta(minutes=6), culprit.at + timedelta(minutes=1))
    back = culprit.model_copy(update={"status": "rolled-back"})
    return (back, taken_back(culprit, at, "It caused an incident."))


def taken_back(change: Change, at: datetime, why: str) -> Change:
    """The change by which the version before `change` came back."""
    id = f"{change.id}{_BACK}"
    return Change(
        id=id,
        kind="rollback",
        at=at,
        services=change.services,
        title=f"Roll back: {change.title}",
        reason=why,
        author=change.author,
        environment=change.environment,
        application=change.application,
        url=f"{_HOST}/{id}",
        source=change.source,
    )


def alerts(fault: Fault, detected: datetime, ended: datetime | None) -> tuple[Alert, ...]:
    """The alert that told of `fault`, if one did."""
    if not fault.alert:
        return ()
    fields: dict[str, object] = {
        "id": f"{fault.service}-{detected:%Y%m%dT%H%M}",
        "name": fault.alert,
        "at": detected,
        "services": (fault.service,),
        "text": fault.symptom,
        "source": ALERTS,
    }
    if ended:
        fields["ended_at"] = ended
    return (Alert.model_validate(fields),)


def so_far(alert: Alert, moment: datetime) -> Alert:
    """The alert as it was known at `moment`."""
    ended = alert.ended_at is not None and alert.ended_at < moment
    return alert if ended else alert.model_copy(update={"ended_at": None})


def until(changes: Iterable[Change], moment: datetime) -> Iterator[Change]:
    """Those of one story's changes that were made before `moment`; what was taken back later, had succeeded then."""
    known = {change.id: change for change in changes if change.at < moment}
    for change in known.values():
        open_yet = change.status == "rolled-back" and f"{change.id}{_BACK}" not in known
        yield change.model_copy(update={"status": "succeeded"}) if open_yet else change
