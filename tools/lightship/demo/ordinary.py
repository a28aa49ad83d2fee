"""The changes and alerts of ordinary days, which cause nothing; and what is planned for the days to come. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lightship.demo.culprits import ALERTS, made, taken_back
from lightship.demo.world import World, after, midnight, tables
from lightship.facts.records import Alert, Change

AHEAD = timedelta(days=7)
"""How long before its day a change is announced."""

_A_WEEK = {
    "frontend": 7.5, "checkout": 5.5, "cart": 4.5, "product-catalog": 4.5, "recommendation": 4.5, "ad": 3.5,
    "payment": 3.5, "currency": 2.5, "email": 2.5, "shipping": 2.5, "image-provider": 2.5, "frontend-proxy": 2,
    "telemetry-docs": 1.5, "quote": 1.5, "otel-collector": 1.5, "flagd": 1, "load-generator": 1,
}  # fmt: skip
_SELDOM = 0.5
_OTHERS = (
    ("config", 0.35),
    ("flag", 0.3),
    ("infrastructure", 0.12),
    ("schema", 0.1),
)  # a working day, all services
_WEEKEND = 0.04  # of what happens on a day of the week
_SATURDAY, _TUESDAY = 5, 1


def changes(world: World, day: date) -> Iterator[Change]:
    """What was changed on `day`."""
    quiet = day.weekday() >= _SATURDAY
    for service in world.catalog.services:
        dice = world.dice("change", day, service)
        share = _A_WEEK.get(service, _SELDOM) / 5 * (_WEEKEND * 5 / 2 if quiet else 1)
        for number in range(dice.count(share)):
            at = after(midnight(day), 60 * dice.between(7.5, 16.5))
            title, why = dice.one(tables().changes["deployment"])
            change = made(world, "deployment", service, at, title, why, dice, number)
            if dice.whether(0.015):
                yield change.model_copy(update={"status": "failed"})
                yield taken_back(change, after(at, dice.between(9, 45)), "It did not become ready.")
            else:
                yield change
    if world.catalog.services and not quiet:
        yield from _others(world, day)
    yield from planned(world, day, carried_out=True)


def _others(world: World, day: date) -> Iterator[Change]:
    services = tuple(world.catalog.services)
    for kind, share in _OTHERS:
        dice = world.dice(kind, day)
        for number in range(dice.count(share)):
            at = after(midnight(day), 60 * dice.between(8, 15))
            title, why = dice.one(tables().changes[kind])
            yield made(world, kind, dice.one(services), at, title, why, dice, number)


def planned(world: World, day: date, carried_out: bool) -> Iterator[Change]:
    """What was announced for `day`: on Tuesdays, in the evening."""
    services = [id for id, it in world.catalog.services.items() if it.tier == 1]
    if day.weekday() != _TUESDAY or not services:
        return
    dice = world.dice("planned", day)
    title, why = dice.one(tables().planned)
    at = midnight(day) + timedelta(hours=19)
    change = made(world, "infrastructure", dice.one(services), at, title, why, dice, "planned")
    yield change if carried_out else change.model_copy(update={"status": "planned"})


def alerts(world: World, day: date) -> Iterator[Alert]:
    """Alerts of `day` that ended by themselves: somebody looked, and it was nothing."""
    dice = world.dice("alert", day)
    runbooks = tuple(world.catalog.runbooks.values())
    for _ in range(dice.count(0.7) if runbooks else 0):
        runbook = dice.one(runbooks)
        services = world.catalog.graph.named_by("runbook", runbook.id, "service")
        if runbook.alerts and services:
            at = after(midnight(day), 60 * dice.between(0, 23))
            yield Alert(
                id=f"{services[0]}-{at:%Y%m%dT%H%M}-brief",
                name=runbook.alerts[0],
                at=at,
                ended_at=after(at, dice.between(2, 19)),
                services=(services[0],),
                severity="warning",
                text="Ended by itself.",
                source=ALERTS,
            )
