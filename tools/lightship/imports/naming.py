"""Names of Backstage's entities, and the ids that we give them. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_DEVICES = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])$")


@dataclass(frozen=True, slots=True)
class Ref:
    """Backstage's name of an entity; all three parts in lower case, since it compares them so."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        space = "" if self.namespace == "default" else f"{self.namespace}/"
        return f"{self.kind}:{space}{self.name}"


def parse_ref(text: str, kind: str, namespace: str) -> Ref:
    """`[kind:][namespace/]name`, with what is not written taken from the context."""
    if ":" in text:
        kind, _, text = text.partition(":")
    if "/" in text:
        namespace, _, text = text.partition("/")
    return Ref(kind.strip().lower(), namespace.strip().lower(), text.strip().lower())


def slug(text: str) -> str:
    """`text` as one of our ids; empty where nothing of it can be."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64].strip("-")


class Ids:
    """Ids of one of our kinds, each given once; the same entity always gets the same."""

    def __init__(self) -> None:
        self._given: dict[Ref, str] = {}
        self._taken: set[str] = set()

    def of(self, ref: Ref) -> str | None:
        """The id that `ref` has, if any."""
        return self._given.get(ref)

    def give(self, ref: Ref) -> str:
        """A new id for `ref`: its name where that is free, else with its kind, its namespace or a digest."""
        digest = hashlib.sha256(str(ref).encode()).hexdigest()[:8]
        base = slug(ref.name) or f"{ref.kind}-{digest}"
        candidates = [] if _DEVICES.match(base) else [base]
        candidates += [f"{base[:50]}-{ref.kind}", slug(f"{ref.namespace}-{base}"), f"{base[:50]}-{digest}"]
        id = next(candidate for candidate in candidates if candidate not in self._taken)
        self._given[ref] = id
        self._taken.add(id)
        return id
