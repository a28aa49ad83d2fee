"""What a condition about a service may look at: every variable and field, with its meaning. Evaluation, checks and docs read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lightship.catalog.kinds import model
from lightship.expressions import Shape, of_model

NO_TIER = 5
"""The tier of a service that has none: below all others."""


def _entity(kind: str) -> Shape:
    shape = of_model(model(kind))
    return shape.also(
        id=Shape("text", "Its id, the name of its file."), name=Shape("text", "Its name, or its id.")
    )


def _service() -> Shape:
    shape = _entity("service")
    tier = shape.fields["tier"]
    return shape.also(
        tier=replace(tier, unset=NO_TIER, description=f"{tier.description} {NO_TIER} where none is set.")
    )


def _neighbour(description: str) -> Shape:
    edge = of_model(model("service")).fields["depends_on"].item
    assert edge is not None
    item = _service().also(kind=edge.fields["kind"], critical=edge.fields["critical"])
    return Shape("list", description, item=item)


def _team() -> Shape:
    return _entity("team").also(
        active_members=Shape("list", "Ids of the members who still work here.", item=Shape("text")),
        lead_active=Shape("yes or no", "Whether there is a lead, and they still work here."),
    )


def _oncall() -> Shape:
    return Shape(
        "object",
        "Who answers for it at night.",
        {
            "schedule": Shape("text", "The schedule's id."),
            "source": Shape(
                "text", "rotations, or facts where another system owns it.", values=("rotations", "facts")
            ),
            "people": Shape(
                "list", "Ids of the people in its rotations who still work here.", item=Shape("text")
            ),
            "escalation_levels": Shape("number", "Steps of escalation, the service's own or its schedule's."),
            "covered": Shape(
                "yes or no",
                "Whether somebody is on call whenever the schedule promises it, over the next 14 days; "
                "missing where another system owns the schedule.",
                may_be_missing=True,
            ),
            "gap_hours": Shape(
                "number",
                "Promised hours without anybody, over the next 14 days; missing likewise.",
                may_be_missing=True,
            ),
        },
    )


def _runbooks() -> Shape:
    item = _entity("runbook").also(
        review=Shape("text", "Where its review stands.", values=("current", "due", "never")),
        verified=Shape("yes or no", "Whether it was tried out, and its content is what was tried."),
    )
    return Shape("list", "The service's runbooks.", item=item)


def _list_of(kind: str, description: str) -> Shape:
    return Shape("list", description, item=_entity(kind))


VARIABLES: Mapping[str, Shape] = {
    "service": _service().described("The service itself."),
    "team": _team().described("Its owner."),
    "system": _entity("system").described("The system it is part of; all empty where there is none."),
    "dependencies": _neighbour(
        "The services it needs: their fields, with the kind and weight of the dependency."
    ),
    "dependents": _neighbour("The services that need it, likewise."),
    "oncall": _oncall(),
    "runbooks": _runbooks(),
    "slos": _list_of("slo", "What it promises."),
    "environments": _list_of("environment", "Where it runs."),
    "features": _list_of("feature", "What users lose when it is down."),
    "customers": _list_of("customer", "Who is hit when it is down."),
    "facts": Shape("anything", "What was observed, by key; a key that nobody observed is no data."),
    "today": Shape("moment", "Midnight UTC of the day that is judged."),
}


def reference() -> Iterator[tuple[str, str, str]]:
    """(name, type, meaning) of every variable and field, in order: `service`, `service.tier`, `dependencies[].tier` …"""
    for name, shape in VARIABLES.items():
        yield from _walk(name, shape)


def _walk(name: str, shape: Shape) -> Iterator[tuple[str, str, str]]:
    meaning = shape.description
    if shape.values:
        meaning = f"{meaning} One of {', '.join(shape.values)}.".strip()
    yield name, shape.type, meaning
    if shape.type == "list" and shape.item is not None:
        inner = shape.item
        if inner.type == "object":
            for field, part in inner.fields.items():
                yield from _walk(f"{name}[].{field}", part)
    for field, part in shape.fields.items():
        yield from _walk(f"{name}.{field}", part)
