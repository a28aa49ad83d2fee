"""Which ids a service had before: what `formerly` says, where it can be believed."""

from __future__ import annotations

from collections.abc import Mapping

from lightship.catalog.kinds.service import Service


def former(services: Mapping[str, Service]) -> Mapping[str, tuple[str, ...]]:
    """Service → ids it had before. An id that still lives, or that two services claim, is nobody's past."""
    claims: dict[str, list[str]] = {}
    for id, service in services.items():
        for old in service.formerly:
            if old not in services:
                claims.setdefault(old, []).append(id)
    found: dict[str, tuple[str, ...]] = {}
    for old, claimants in claims.items():
        if len(set(claimants)) == 1:
            found[claimants[0]] = (*found.get(claimants[0], ()), old)
    return found
