"""The vendors that can be asked here: those that lightship.yaml names, and that the environment has credentials for.

Everything else is simulated. Connectors are found by folder: `connectors/<vendor>/client.py` has `connect(setup)`, which
gives a client or None, and every other module there is an operation.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from lightship.actions.vendor import Retry
from lightship.catalog.settings import Connectors
from lightship.connectors.base import Bound, Client
from lightship.connectors.credentials import Secret
from lightship.connectors.dialing import Resolve, resolved
from lightship.connectors.http import Clock, Limits, Web
from lightship.errors import LightshipError

_CLIENT = "client"


@dataclass(frozen=True)
class Setup:
    """What clients are made of. `settings` are those of the protected branch, never a request's."""

    settings: Connectors
    environment: Mapping[str, str]
    clock: Clock
    dice: random.Random = field(default_factory=random.Random)
    limits: Limits = field(default_factory=Limits)
    resolve: Resolve = resolved

    def web(self, name: str, bases: Collection[str], secrets: tuple[Secret, ...]) -> Web:
        """Calls to `bases`, with `secrets` kept out of every message."""
        private = frozenset(self.settings.private)
        return Web(name, bases, self.clock, self.dice, private, secrets, self.limits, self.resolve)


class Connected:
    """The operations that can be carried out here: an `actions.vendor.Vendors`. Connects when first asked."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    def find(self, uses: str) -> Bound | None:
        """The operation `vendor.verb_noun`; None where its steps are simulated."""
        return self._bound.get(uses)

    def all(self) -> Iterator[tuple[str, Bound]]:
        """Every operation that can be carried out, by its name."""
        yield from self._bound.items()

    @cached_property
    def _bound(self) -> Mapping[str, Bound]:
        found = {}
        for vendor, operations in connectors().items():
            client = self._client(vendor)
            if client is not None:
                found.update(
                    {f"{vendor}.{name}": Bound(_module(vendor, name), client) for name in operations}
                )
        return found

    def _client(self, vendor: str) -> Client | None:
        """A client. One vendor that is not set up well stops no other: only its own calls go wrong."""
        if getattr(self._setup.settings, vendor) is None:
            return None  # before its library is loaded
        try:
            found: Client | None = _module(vendor, _CLIENT).connect(self._setup)
        except LightshipError as error:
            return Unusable(f"{vendor}: {error}")
        return found


@dataclass(frozen=True)
class Unusable:
    """A client that cannot be used, and why: what is asked of it stays to be done."""

    why: str

    def begin(self) -> None:
        """Raise Retry."""
        raise Retry(self.why)


@cache
def connectors() -> Mapping[str, tuple[str, ...]]:
    """The vendors that there is a connector for, with their operations; by their folders, sorted."""
    package = importlib.import_module("lightship.connectors")
    vendors = sorted(info.name for info in pkgutil.iter_modules(package.__path__) if info.ispkg)
    return {vendor: _operations(vendor) for vendor in vendors}


def _operations(vendor: str) -> tuple[str, ...]:
    package = importlib.import_module(f"lightship.connectors.{vendor}")
    return tuple(sorted(info.name for info in pkgutil.iter_modules(package.__path__) if info.name != _CLIENT))


def _module(vendor: str, name: str) -> Any:
    return importlib.import_module(f"lightship.connectors.{vendor}.{name}")
