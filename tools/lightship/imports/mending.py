"""What a catalog here may not hold, taken out of what comes in and named: circles of parents, shared identities. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.imports.entity import Incoming

_IDENTITIES = ("email", "github", "slack", "pagerduty")


def cut_cycles(entities: Iterable[Incoming]) -> None:
    """Take the parent out of the first team or system of each circle of parents."""
    hanging = {(entity.kind, entity.id): entity for entity in entities if entity.data.get("parent")}
    for entity in list(hanging.values()):
        above, passed = entity.data.get("parent"), {entity.id}
        while above and above not in passed:
            passed.add(above)
            parent = hanging.get((entity.kind, above))
            above = parent.data.get("parent") if parent else None
        if above == entity.id:
            entity.leave(("spec",), f"parent {entity.data.pop('parent')}", "its parents lead back to it")


def keep_identities_apart(entities: Iterable[Incoming]) -> None:
    """Leave an address or login with the first person who has it."""
    owners: dict[tuple[str, str], Incoming] = {}
    for entity in entities:
        for field in _IDENTITIES if entity.kind == "person" else ():
            value = entity.data.get(field)
            if not isinstance(value, str) or not value:
                continue
            first = owners.setdefault((field, value.casefold().lstrip("@")), entity)
            if first is not entity:
                del entity.data[field]
                entity.leave(
                    ("spec", "profile", field), f"{field} {value}", f"it is also that of {first.ref}"
                )
