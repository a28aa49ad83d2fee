"""What the templates of actions look at: plain data about the request, its target, people and the incident. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lightship import text
from lightship.actions.question import OpenIncident
from lightship.catalog.kinds.action import Action, duration
from lightship.catalog.kinds.base import Entity, duration_text
from lightship.catalog.kinds.request import Request
from lightship.catalog.settings import Settings
from lightship.incidents.incident import Incident
from lightship.text import BadText

Entities = Mapping[str, Mapping[str, Entity]]  # by kind and id


@dataclass(frozen=True)
class Asking:
    """Who asks for what, and where: ids, and the `entities` that they name. `incident` is as `of_incident` tells it."""

    entities: Entities
    requester: str
    beneficiary: str
    target: str | None = None
    incident: Mapping[str, Any] | None = None
    request: Mapping[str, Any] = field(default_factory=dict)
    portal: Mapping[str, Any] = field(default_factory=dict)


def of_request(request: Request) -> Mapping[str, Any]:
    """`request` as templates see it; what it has filled in is not part of it. Nobody has approved it yet."""
    told = request.model_dump(mode="json", by_alias=True, exclude={"inputs"})
    return {**told, "id": request.id, "for": request.beneficiary, "approved_by": ""}


def of_incident(incident: OpenIncident | Incident) -> Mapping[str, Any]:
    """`incident` as templates see it; texts that are not known are ''."""
    return {
        "id": incident.id,
        "title": incident.title,
        "severity": incident.severity,
        "state": incident.state,
        "services": list(incident.services),
        "channel": incident.channel,
        "bridge": incident.bridge,
    }


def of_portal(settings: Settings) -> Mapping[str, Any]:
    """The portal as templates see it; its address ends without a slash, and is '' where it has none."""
    return {"name": settings.name, "url": (settings.url or "").rstrip("/")}


def values(
    action: Action,
    asking: Asking,
    inputs: Mapping[str, Any],
    steps: Mapping[str, Mapping[str, str]] | None = None,
) -> Mapping[str, Any]:
    """Everything that templates of `action` may look at. `steps` is what the steps that are done have made."""
    people = asking.entities.get("person", {})
    return {
        "inputs": inputs,
        "chosen": dict(_chosen(action, asking.entities, inputs)),
        "request": asking.request,
        "target": with_team(asking.entities, asking.target),
        "requester": of_entity(people.get(asking.requester)),
        "beneficiary": of_entity(people.get(asking.beneficiary)),
        "incident": asking.incident,
        "portal": asking.portal,
        "steps": steps or {},
    }


def of_entity(entity: Entity | None) -> dict[str, Any] | None:
    """`entity` as templates see it: as its file has it, with its id, and the id where it has no name."""
    if entity is None:
        return None
    return {**entity.model_dump(mode="json", by_alias=True), "id": entity.id, "name": entity.label}


def ends_in(action: Action, found: Mapping[str, Any]) -> timedelta | None:
    """After what time `action` is taken back, over the values `found`; None for never. Raises BadText."""
    if action.expires is None:
        return None
    try:
        given = duration(str(text.render(action.expires, found)))
    except ValueError as error:
        raise BadText(f"'expires': {error}") from error
    if action.longest is not None and given > action.longest:
        most = duration_text(action.longest)
        raise BadText(f"'expires': {duration_text(given)} is more than {most}, the most that is given")
    return given


def with_team(entities: Entities, target: str | None) -> Mapping[str, Any] | None:
    """The service `target` as templates see it, with its owner's team as `team`."""
    service = of_entity(entities.get("service", {}).get(target or ""))
    if service is None:
        return None
    return {**service, "team": of_entity(entities.get("team", {}).get(service["owner"]))}


def _chosen(
    action: Action, entities: Entities, inputs: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """The entity that each input with an `x-kind` names; None where it names none."""
    for name, schema in action.properties.items():
        kind = schema.get("x-kind")
        if isinstance(kind, str):
            id = inputs.get(name)
            yield name, of_entity(entities.get(kind, {}).get(id) if isinstance(id, str) else None)
