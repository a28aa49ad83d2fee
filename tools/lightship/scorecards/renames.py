"""Which ids a service had before: what `formerly` says, where it can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lightship.catalog.kinds.service import Service


def former(services: Mapping[str, Service]) -> Mapping[str, tuple[str, ...]]:
    """Service → ids it had before. An id that still lives, or that two services claim, is nobody's past."""
    found: dict[str, tuple[str, ...]] = {}
    for old, claimants in claims(services).items():
        if len(claimants) == 1 and old not in services:
            found[claimants[0]] = (*found.get(claimants[0], ()), old)
    return found


def claims(services: Mapping[str, Service]) -> Mapping[str, tuple[str, ...]]:
    """Id → the other services that say they had it before."""
    found: dict[str, tuple[str, ...]] = {}
    for id, service in services.items():
        for old in dict.fromkeys(service.formerly):
            if old != id:
                found[old] = (*found.get(old, ()), id)
    return found


@dataclass(frozen=True, slots=True)
class Pairs:
    """What became of each service of a base: `same` is old id → new id, `gone` has no successor, `new` no past."""

    same: Mapping[str, str]
    gone: tuple[str, ...]
    new: tuple[str, ...]


def pairs(base: Mapping[str, Service], head: Mapping[str, Service]) -> Pairs:
    """Match the services of two catalogs: by id, else by a `formerly` of a service that the base does not know.

    A service that lives in the base already cannot take over another one's past.
    """
    successor = {old: id for id, olds in former(head).items() if id not in base for old in olds}
    same = {id: id if id in head else successor[id] for id in base if id in head or id in successor}
    known = set(same.values())
    return Pairs(
        same=same,
        gone=tuple(id for id in base if id not in same),
        new=tuple(id for id in head if id not in known),
    )
