"""The change that caused an incident, the one that took it back, and the alert that told of it. Pure."""

from __future__ import annotations

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
    at = mitigated - timedelta(minutes=6)
    back = culprit.model_copy(update={"status": "rolled-back"})
    repair = Change(
        id=f"{culprit.id}-back",
        kind="rollback",
        at=max(at, culprit.at + timedelta(minutes=1)),
        services=culprit.services,
        title=f"Roll back: {culprit.title}",
        reason="It caused an incident.",
        author=culprit.author,
        environment=culprit.environment,
        application=culprit.application,
        url=f"{_HOST}/{culprit.id}-back",
        source=culprit.source,
    )
    return (back, repair)


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
