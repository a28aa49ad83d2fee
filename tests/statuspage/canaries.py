"""Every text of a thing replaced by a canary: a word that nobody else uses, and that is found again wherever it is printed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


class Canaries:
    """Equal texts get equal canaries, so that what refers to a thing still does. `places`: where each one was put."""

    def __init__(self, kept: frozenset[str]) -> None:
        self.places: dict[str, set[str]] = {}
        self._kept = kept
        self._of: dict[str, str] = {}

    def marked(self, value: Any, place: str) -> Any:
        """`value` with canaries for texts, but for those of the fields `kept`, which the logic reads."""
        if isinstance(value, str):
            return value if place.rpartition(".")[2] in self._kept else self._canary(value, place)
        if isinstance(value, BaseModel):
            held = {
                name: self.marked(getattr(value, name), f"{place}.{name}")
                for name in type(value).model_fields
            }
            return type(value).model_construct(**held)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in dataclasses.fields(value)]
            return type(value)(
                **{name: self.marked(getattr(value, name), f"{place}.{name}") for name in names}
            )
        if isinstance(value, Mapping):
            fixed = place.rpartition(".")[2] == "milestones"
            return {
                key if fixed else self.marked(key, f"{place}.<key>"): self.marked(each, place)
                for key, each in value.items()
            }
        if isinstance(value, tuple | list):
            return tuple(self.marked(each, place) for each in value)
        return value

    def _canary(self, text: str, place: str) -> str:
        canary = self._of.setdefault(text, f"canary{len(self._of):05d}x")
        self.places.setdefault(canary, set()).add(place)
        return canary

    def found(self, output: bytes) -> set[str]:
        """The canaries that `output` holds."""
        text = output.decode()
        return {canary for canary in self.places if canary in text}
