"""What a module of `connectors/<vendor>/` is made of, and how it becomes an operation that can be carried out.

A module tries once and answers, or raises Retry, Refused or Unknown: nothing about approval, retries or the journal is
in it. It is written so that doing it twice is doing it once, as far as the vendor lets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel, ValidationError

from lightship.actions.vendor import Found, Refs, Refused


class Client(Protocol):
    """What a vendor is asked through: `connectors/<vendor>/client.py` makes it."""

    def begin(self) -> None:
        """Start the time that one call of an operation has."""
        ...


class Module(Protocol):
    """One operation, as a module: `aws/grant_access.py` is `aws.grant_access`. `Params` is that of `actions.operations`."""

    USES: str
    READABLE: bool
    LAG: float
    Params: type[BaseModel]

    def ensure(self, client: Any, params: Any, key: str) -> Refs: ...
    def probe(self, client: Any, params: Any, key: str) -> Refs | None: ...
    def verify(self, client: Any, params: Any, key: str) -> bool: ...


@runtime_checkable
class Undone(Protocol):
    """A module whose operation can be taken back."""

    def undo(self, client: Any, params: Any, key: str, refs: Refs) -> Refs: ...


@runtime_checkable
class Listed(Protocol):
    """A module that can list all that the vendor has of its sort, whoever made it; None where that would mean nothing."""

    def listing(self, client: Any) -> Iterable[Found] | None: ...


@dataclass(frozen=True)
class Bound:
    """A module with its client: an `actions.vendor.Operation`."""

    module: Module
    client: Client

    @property
    def readable(self) -> bool:
        """Whether `probe` can tell whether it happened."""
        return self.module.READABLE

    @property
    def lag(self) -> float:
        """Seconds until `probe` surely sees what happened."""
        return self.module.LAG

    def ensure(self, params: Mapping[str, Any], key: str) -> Refs:
        """See to it that it is so."""
        return self.module.ensure(self._begun(), self._valid(params), key)

    def probe(self, params: Mapping[str, Any], key: str) -> Refs | None:
        """What `ensure` made; None where it is not there."""
        return self.module.probe(self._begun(), self._valid(params), key)

    def verify(self, params: Mapping[str, Any], key: str) -> bool:
        """Whether it is as it was asked for, read back."""
        return self.module.verify(self._begun(), self._valid(params), key)

    def undo(self, params: Mapping[str, Any], key: str, refs: Refs) -> Refs:
        """See to it that what `ensure` made is gone."""
        if not isinstance(self.module, Undone):
            raise Refused(f"{self.module.USES}: it cannot be taken back")
        return self.module.undo(self._begun(), self._valid(params), key, refs)

    def listing(self) -> Iterable[Found] | None:
        """All that the vendor has of this sort; None where that cannot be listed."""
        return self.module.listing(self._begun()) if isinstance(self.module, Listed) else None

    def _begun(self) -> Client:
        self.client.begin()
        return self.client

    def _valid(self, params: Mapping[str, Any]) -> BaseModel:
        try:
            return self.module.Params.model_validate(params)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise Refused(f"{self.module.USES}: '{where}': {error.errors()[0]['msg']}") from None
