"""The operations that steps may use, by their parameters: one module per vendor, found by folder. Pure.

What an operation does to the vendor lies in `connectors`; without a connector its steps are simulated. An operation is a
class that describes its parameters: `aws.GrantAccess` is `aws.grant_access`.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from lightship.actions.operations.base import Idempotency, Params

_OWN = ("base",)
_WORDS = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Operation:
    """What a step may use. `refs` are what it tells about what it made, for later steps and receipts, as texts.

    `undo` is the operation that takes it back, with the same parameters. `idempotency` says how doing it twice is
    avoided.
    """

    id: str
    title: str
    params: type[Params]
    refs: tuple[str, ...]
    undo: str | None
    idempotency: Idempotency

    @property
    def vendor(self) -> str:
        """The system that it acts on."""
        return self.id.partition(".")[0]


@cache
def registry() -> Mapping[str, Operation]:
    """Every operation by id, sorted."""
    found = {
        operation.id: operation
        for info in pkgutil.iter_modules(__path__)
        if info.name not in _OWN
        for operation in _declared(info.name)
    }
    return MappingProxyType(dict(sorted(found.items())))


def operation(id: str) -> Operation | None:
    """The operation `id`, such as aws.grant_access; None where there is none."""
    return registry().get(id)


def _declared(vendor: str) -> list[Operation]:
    module = importlib.import_module(f"{__name__}.{vendor}")
    return [
        _operation(vendor, value)
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Params)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
    ]


def _operation(vendor: str, params: type[Params]) -> Operation:
    title = (params.__doc__ or "").strip().partition("\n")[0].rstrip(".")
    undo = f"{vendor}.{params.undo}" if params.undo else None
    id = f"{vendor}.{_WORDS.sub('_', params.__name__).lower()}"
    return Operation(id, title, params, params.refs, undo, params.idempotency)
