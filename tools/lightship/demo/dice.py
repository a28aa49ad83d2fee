"""Chance that repeats itself: the same seed and key give the same throws, whatever else was thrown before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

_T = TypeVar("_T")
_LENGTH = 10  # bytes of randomness that an entry's id takes


class Dice:
    """Throws for one thing, which `key` names."""

    def __init__(self, seed: int, *key: object) -> None:
        self._random = Random(_digest(seed, *key))

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return low + (high - low) * self._random.random()

    def whether(self, share: float) -> bool:
        """True in `share` of all throws."""
        return self._random.random() < share

    def count(self, mean: float) -> int:
        """A whole number: `mean` rounded down or up, so that the mean is kept."""
        return int(mean) + self.whether(mean - int(mean))

    def one(self, of: Sequence[_T]) -> _T:
        """One of `of`, all alike."""
        return of[int(self._random.random() * len(of))]

    def weighed(self, of: Sequence[_T], weights: Sequence[float]) -> _T:
        """One of `of`, by `weights`."""
        left = self._random.random() * sum(weights)
        for item, weight in zip(of, weights, strict=True):
            left -= weight
            if left < 0:
                return item
        return of[-1]


def randomness(seed: int, *key: object) -> bytes:
    """The bytes that make an id of its own for `key`."""
    return _digest(seed, *key)[:_LENGTH]


def hexadecimal(seed: int, *key: object) -> str:
    """40 digits, as git writes a commit's id."""
    return _digest(seed, *key).hex()[:40]


def _digest(seed: int, *key: object) -> bytes:
    return sha256("\0".join(map(str, (seed, *key))).encode()).digest()
