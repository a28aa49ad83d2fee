"""Times that somebody asks for, told apart by the text of a record's moment, before the record is judged. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lightship.facts.tables import moment

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Times:
    """Spans in order, apart from each other, both ends included; as records write moments."""

    starts: tuple[str, ...]
    ends: tuple[str, ...]

    def hold(self, at: str) -> bool:
        """Whether the moment `at` lies within one of them."""
        place = bisect_right(self.starts, at) - 1
        return place >= 0 and at <= self.ends[place]

    def touch(self, month: str) -> bool:
        """Whether one of them reaches into `month`, YYYY-MM."""
        return any(start[:7] <= month <= end[:7] for start, end in zip(self.starts, self.ends, strict=True))


def times(spans: Iterable[Span]) -> Times:
    """`spans`, in whatever order, joined where they overlap."""
    joined: list[tuple[str, str]] = []
    for start, end in sorted((moment(start), moment(end)) for start, end in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return Times(tuple(start for start, _ in joined), tuple(end for _, end in joined))
