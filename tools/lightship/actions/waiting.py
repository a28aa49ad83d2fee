"""What can be said of requests by the catalog alone, while they may still have an effect. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightship import text
from lightship.actions.inputs import wrong
from lightship.actions.operations import operation
from lightship.actions.parameters import applies, filled
from lightship.actions.templates import texts
from lightship.actions.values import Asking, ends_in, of_portal, of_request, values
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.action import Action
from lightship.catalog.kinds.request import Request

AROUND = timedelta(hours=24)
_LATER = ("incident", "steps")  # what the catalog does not tell


def waiting(catalog: Catalog, now: datetime) -> Iterator[Request]:
    """The requests that may still have an effect: what is over is history, and nothing about it is worth mending."""
    return (request for request in catalog.requests.values() if not request.is_history(now))


def asked(catalog: Catalog, request: Request) -> Asking:
    """Who asks for what, as far as the catalog tells: of the incident, nothing."""
    return Asking(
        catalog.entities,
        request.requester,
        request.beneficiary,
        request.target,
        None,
        of_request(request),
        of_portal(catalog.settings),
    )


def incident_told(action: Action, request: Request) -> frozenset[str]:
    """The inputs whose default the incident tells, where the request names one: the catalog cannot say that they lack."""
    if request.incident is None:
        return frozenset()
    written = {name: str(schema.get("x-default", "")) for name, schema in action.properties.items()}
    return frozenset(name for name, default in written.items() if _looks(default, ("incident",)))


def impossible(catalog: Catalog, action: Action, request: Request) -> Iterator[str]:
    """Why steps of `request` cannot be filled in. Nothing where its inputs are wrong, or hang on the incident."""
    asking = asked(catalog, request)
    if wrong(action, request.inputs, asking):
        return
    found = values(action, asking, request.inputs)
    try:
        ends_in(action, found)
    except text.BadText as error:
        yield str(error)
    for step in action.steps:
        known = operation(step.uses)
        if known is None or any(_looks(written, _LATER) for _, written in texts(step.with_, ())):
            continue
        try:
            if applies(step, found):
                filled(step, known, found)
        except text.BadText as error:
            yield f"step {step.id}: {error}"


def _looks(written: str, at: tuple[str, ...]) -> bool:
    try:
        return any(path[0] in at for path in text.names(written))
    except text.BadText:
        return True
