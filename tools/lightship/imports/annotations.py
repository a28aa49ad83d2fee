"""Well-known annotations of Backstage's, as our integrations. Pure.

Source of the names: Backstage's "Well-known annotations" and the plugins' own documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_SLUG = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$")
_SOURCE = re.compile(r"^(?:url:)?(https://\S+)$")
_MACHINE = "Backstage writes it for itself"
_SECRET = "it is a key: keep it in the pager, and name the service's id instead"

Fields = dict[str, Any]
Carrier = Callable[[str], Fields | None]


def _integration(system: str, field: str) -> Carrier:
    return lambda value: {"integrations": {system: {field: value}}}


def _link(title: str) -> Carrier:
    def carry(value: str) -> Fields | None:
        found = _SOURCE.match(value)
        return {"links": [{"title": title, "url": found[1]}]} if found else None

    return carry


def _github(value: str) -> Fields | None:
    if not _SLUG.match(value):
        return None
    return {"integrations": {"github": {"repository": value}}, "repos": [f"https://github.com/{value}"]}


def _source(value: str) -> Fields | None:
    found = _SOURCE.match(value)
    return {"repos": [found[1]]} if found else None


def _resource(value: str) -> Fields | None:
    return {"integrations": {"aws": {"resources": [value]}}} if value.startswith("arn:") else None


_SERVICE: Mapping[str, Carrier] = {
    "github.com/project-slug": _github,
    "backstage.io/source-location": _source,
    "pagerduty.com/service-id": _integration("pagerduty", "service_id"),
    "argocd/app-name": _integration("argocd", "application"),
    "argocd/app-namespace": _integration("argocd", "namespace"),
    "dynatrace.com/dynatrace-entity-id": _integration("dynatrace", "entity"),
    "statuspage.io/component": _integration("statuspage", "component"),
    "slack.com/channel": _integration("slack", "channel"),
    "aws.amazon.com/arn": _resource,
    "aws.amazon.com/amazon-ecs-service-arn": _resource,
    "backstage.io/view-url": _link("View in Backstage's source"),
    "backstage.io/techdocs-ref": _link("Documentation"),
    "backstage.io/runbook-url": _link("Runbook"),
}
_TEAM: Mapping[str, Carrier] = {
    "github.com/team-slug": lambda value: {"github": value},
    "slack.com/channel": lambda value: {"slack": value},
}
_PERSON: Mapping[str, Carrier] = {
    "github.com/user-login": lambda value: {"github": value.lower()},
    "slack.com/user-id": lambda value: {"slack": value},
    "pagerduty.com/user-id": lambda value: {"pagerduty": value},
}
_OF_KIND: Mapping[str, Mapping[str, Carrier]] = {
    "service": _SERVICE,
    "system": {},
    "team": _TEAM,
    "person": _PERSON,
}
_NEVER = {
    "pagerduty.com/integration-key": _SECRET,
    "backstage.io/managed-by-location": _MACHINE,
    "backstage.io/managed-by-origin-location": _MACHINE,
    "backstage.io/orphan": _MACHINE,
}


def carry_annotations(kind: str, annotations: Mapping[str, Any]) -> tuple[Fields, dict[str, str]]:
    """Our fields for the annotations of an entity that becomes `kind`, and why the others are left."""
    fields: Fields = {}
    left: dict[str, str] = {}
    for key, value in annotations.items():
        carrier = _OF_KIND[kind].get(key)
        carried = carrier(value) if carrier and isinstance(value, str) and value else None
        if carried is not None:
            _merge(fields, carried)
        elif value not in (None, "", "null"):
            left[key] = _NEVER.get(key) or (
                "it is not of the usual form" if carrier else "there is no field for it"
            )
    return fields, left


def _merge(into: Fields, more: Fields) -> None:
    for key, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        elif isinstance(value, list):
            into[key] = (
                list(dict.fromkeys([*into.get(key, []), *value]))
                if key == "repos"
                else into.get(key, []) + value
            )
        else:
            into[key] = value
