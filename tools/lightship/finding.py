"""A finding: one thing that is wrong with what somebody wrote, where it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: only errors make the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """`path` is relative to the repository; `line` and `column` are 1-based, 0 until located from `keys`."""

    rule: str
    severity: Severity
    path: str
    message: str
    fix: str = ""
    keys: tuple[str | int, ...] = ()
    at_key: bool = False
    line: int = 0
    column: int = 0

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sorts by place, then rule."""
        return (self.path, self.line, self.column, self.rule, self.message)
