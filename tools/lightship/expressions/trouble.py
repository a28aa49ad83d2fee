"""What can be wrong with an expression, said so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with an expression, and what to do about it."""

    message: str
    fix: str = ""
