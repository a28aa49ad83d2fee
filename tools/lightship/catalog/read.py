"""Strict YAML 1.2 core: bytes in, plain data out, and a place for everything that is refused.

Two readers. `strict` is the definition: libyaml's events, every refusal, every position. `fast` is taken where it is
sure to say the same; property tests hold them together. Numbers with a leading zero stay text; so do dates, times
and everything that YAML 1.1 guessed at.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lightship.catalog.fast import Unsure, fast
from lightship.catalog.strict import DEEPEST, LARGEST, MOST_NODES, YamlError, strict

__all__ = ["DEEPEST", "LARGEST", "MOST_NODES", "Positions", "YamlError", "parse", "positions"]


@dataclass(frozen=True, slots=True)
class Positions:
    """Line and column (1-based, in characters) of every key and of every value, by key path."""

    key: dict[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)
    value: dict[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)


def parse(data: bytes) -> Any:
    """The document's data: mappings, lists, texts, numbers, booleans and None. Raises YamlError."""
    with suppress(Unsure):
        return fast(data)
    return strict(data)


def positions(data: bytes) -> Positions:
    """Where everything stands, as far as the document can be read."""
    found = Positions()
    with suppress(YamlError):
        strict(data, found.key, found.value)
    return found
