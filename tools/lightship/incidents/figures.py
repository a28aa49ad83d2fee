"""What a metric says: its values, what was left out and why, its formula, and the numbers made of them. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

Unit = Literal["minutes", "share", "per-day"]
QUANTILES = "quantiles by linear interpolation between the sorted values (Hyndman and Fan's type 7)"


@dataclass(frozen=True, slots=True)
class Excluded:
    """What a metric left out (an id), and why, in words that go on after the id."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one thing adds to a figure: values, or why it has none."""

    values: tuple[float, ...] = ()
    excluded: tuple[Excluded, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until just before `until`; without an end where None."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies in it."""
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


ALWAYS = Period()


@dataclass(frozen=True)
class Figure:
    """A metric over what it could count.

    `values`: minutes; for a share 1.0 where it was so and 0.0 where not; for a rate a 1.0 each, over `days`.
    """

    title: str
    formula: str
    unit: Unit = "minutes"
    values: tuple[float, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    days: float = 0.0

    @property
    def n(self) -> int:
        """How many values there are."""
        return len(self.values)

    @property
    def mean(self) -> float | None:
        """The mean in minutes, the share from 0 to 1, or the rate a day; None where there is nothing to count."""
        over = self.days if self.unit == "per-day" else self.n
        return math.fsum(self.values) / over if over else None

    @property
    def median(self) -> float | None:
        """The middle of the values."""
        return quantile(self.values, 0.5)

    @property
    def p90(self) -> float | None:
        """What nine of ten stay below."""
        return quantile(self.values, 0.9)

    def as_json(self) -> dict[str, Any]:
        """The figure as `lightship metrics --format json` prints it; what cannot be said is null."""
        numbers: Mapping[str, Any] = {
            "minutes": {"mean_minutes": self.mean, "median_minutes": self.median, "p90_minutes": self.p90},
            "share": {"share": self.mean, "kept": int(sum(self.values))},
            "per-day": {"per_day": self.mean, "days": self.days},
        }[self.unit]
        left_out = [{"id": each.id, "reason": each.reason} for each in self.excluded]
        return {
            "title": self.title,
            "n": self.n,
            **numbers,
            "excluded": left_out,
            "formula": self.formula,
            "unit": self.unit,
        }


def figure(title: str, formula: str, unit: Unit, verdicts: Iterable[Verdict], days: float = 0.0) -> Figure:
    """The figure that `verdicts` make together."""
    held = tuple(verdicts)
    values = tuple(value for each in held for value in each.values)
    excluded = tuple(reason for each in held for reason in each.excluded)
    return Figure(title, formula, unit, values, excluded, days)


def counted(value: float) -> Verdict:
    """The thing counts, with this value."""
    return Verdict(values=(value,))


def left_out(id: str, reason: str) -> Verdict:
    """The thing does not count."""
    return Verdict(excluded=(Excluded(id, reason),))


def minutes(span: timedelta) -> float:
    """A span in minutes."""
    return span.total_seconds() / 60


def quantile(values: tuple[float, ...], part: float) -> float | None:
    """The `part` quantile (0 to 1), interpolated between the two values around it; None where there are none."""
    if not values:
        return None
    ranked = sorted(values)
    place = part * (len(ranked) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)
