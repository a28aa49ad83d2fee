"""Signatures that were checked before are not checked again: what a key signed, it has signed for good."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lightship import signatures
from lightship.catalog.cache import Cache

_SPACE = "signature"
_GOOD, _BAD = "good", "bad"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A `signature` of `data` for `namespace`, said to be by `key` ('<type> <base64>')."""

    data: bytes
    signature: str
    key: str
    namespace: str

    @property
    def id(self) -> str:
        """Changes with every byte of it."""
        parts = (self.namespace.encode(), self.key.encode(), self.signature.encode(), self.data)
        digest = hashlib.sha256()
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()


def hold(claimed: Iterable[Claimed], cache: Cache | None) -> Mapping[str, bool]:
    """Whether each of `claimed` is good, by its id. Raises CouldNotRun where it cannot be checked."""
    wanted = {each.id: each for each in claimed}
    known = cache.get(_SPACE, wanted) if cache is not None and wanted else {}
    fresh = {
        id: _GOOD if signatures.verifies(each.data, each.signature, each.key, each.namespace) else _BAD
        for id, each in wanted.items()
        if id not in known
    }
    if cache is not None:
        cache.put(_SPACE, fresh)
    found = {**known, **fresh}
    return {id: found[id] == _GOOD for id in wanted}
