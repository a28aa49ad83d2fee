"""The operations of the portal itself: their whole effect is an entry of the journal, so they need no credentials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from lightship.actions.operations import Operation as Declared
from lightship.actions.operations import operation, registry
from lightship.actions.operations.base import Record
from lightship.actions.records import Records
from lightship.actions.vendor import Found, Operation, Refs, Refused, Vendors
from lightship.journal.entry import Entry


@dataclass(frozen=True)
class Recording:
    """One of them: it writes to `records`, and finds what it wrote by the key, there or among `known` (entries by kind)."""

    declared: Declared
    records: Records
    known: Mapping[str, Iterable[Entry]]
    readable: bool = True
    lag: float = 0.0

    def ensure(self, params: Mapping[str, Any], key: str) -> Refs:
        """Write the entry."""
        return self._write(self.declared, params, key)

    def probe(self, params: Mapping[str, Any], key: str) -> Refs | None:
        """The entry, unless another one took it back."""
        made = [entry for entry in self._entries(self.declared) if entry.data.get("key") == key]
        back = operation(self.declared.undo or "")
        if back and any(entry.data.get("key") == key for entry in self._entries(back)):
            return None
        return self._refs(made[-1]) if made else None

    def verify(self, params: Mapping[str, Any], key: str) -> bool:
        """Whether it lies there."""
        return self.probe(params, key) is not None

    def undo(self, params: Mapping[str, Any], key: str, refs: Refs) -> Refs:
        """Write the entry that takes it back."""
        back = operation(self.declared.undo or "")
        if back is None:
            raise Refused(f"{self.declared.id}: it cannot be taken back")
        return self._write(back, params, key)

    def listing(self) -> Iterable[Found] | None:
        """Nobody but us writes there."""
        return None

    def _write(self, declared: Declared, params: Mapping[str, Any], key: str) -> Refs:
        try:
            found = declared.params.model_validate(params)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise Refused(f"{declared.id}: '{where}': {error.errors()[0]['msg']}") from None
        assert isinstance(found, Record)
        data = {**found.model_dump(mode="json", by_alias=True, exclude_none=True), "key": key}
        return self._refs(self.records.write(found.kind, found.subject, data))

    def _refs(self, entry: Entry) -> Refs:
        return {"entry": entry.id}

    def _entries(self, declared: Declared) -> Iterator[Entry]:
        params = declared.params
        if issubclass(params, Record):
            yield from self.known.get(params.kind, ())
            yield from (entry for entry in self.records.written if entry.kind == params.kind)


@dataclass(frozen=True)
class WithRecords:
    """The operations of `others`, and those of the portal itself."""

    others: Vendors
    records: Records
    known: Mapping[str, Iterable[Entry]]

    def find(self, uses: str) -> Operation | None:
        """The operation `uses`; None where it is simulated."""
        declared = registry().get(uses)
        if declared is not None and issubclass(declared.params, Record):
            return Recording(declared, self.records, self.known)
        return self.others.find(uses)

    def all(self) -> Iterable[tuple[str, Operation]]:
        """Every operation of another system."""
        return self.others.all()
