"""The figures of the metrics pages, each worked out once: this quarter and the one before, month by month, by team and service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from lightship.incidents.evidence import Evidence, evidence
from lightship.incidents.figures import Figure, Period
from lightship.incidents.incident import Incident
from lightship.incidents.metrics import Groups, grouped, metrics
from lightship.incidents.postmortem import path
from lightship.portal.view import View
from lightship.portal.words import zone

QUARTER = timedelta(weeks=13)
MONTHS = 12
ENOUGH = 5
"""Values that a median rests on before it is compared."""
SEVERE = ("SEV1", "SEV2")


@dataclass(frozen=True, slots=True)
class Month:
    """`key` is YYYY-MM, `label` its short name; `counts` are incidents by severity, `figures` those that began in it."""

    key: str
    label: str
    counts: Mapping[str, int]
    figures: Mapping[str, Figure]


class Measures:
    """`now` ends the quarter and the year; the year begins with a month, in the portal's zone."""

    def __init__(self, view: View) -> None:
        self.now = view.now
        self._view = view
        self._zone = zone(view.zone)

    @cached_property
    def evidence(self) -> Evidence:
        """All of it."""
        view = self._view
        merged = frozenset(map(path, view.postmortems))
        return evidence(view.catalog, view.book.incidents.values(), view.now, view.observed.changes, merged)

    @cached_property
    def latest(self) -> Period:
        """The last thirteen weeks."""
        return Period(self.now - QUARTER, self.now)

    @cached_property
    def year(self) -> Period:
        """The last twelve months, this one the last."""
        return Period(self._starts[0], self.now)

    @property
    def quarter(self) -> Mapping[str, Figure]:
        """The figures of the last thirteen weeks."""
        return self.services.whole

    @cached_property
    def before(self) -> Mapping[str, Figure]:
        """The figures of the thirteen weeks before."""
        return metrics(self.evidence, Period(self.now - 2 * QUARTER, self.now - QUARTER))

    @cached_property
    def services(self) -> Groups:
        """By service, over the last thirteen weeks."""
        return grouped(self.evidence, "service", self.latest)

    @cached_property
    def teams(self) -> Groups:
        """By team, over the last thirteen weeks."""
        return grouped(self.evidence, "team", self.latest)

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """The last twelve months, the oldest first."""
        known = self._by_month
        counts: dict[str, dict[str, int]] = {}
        for incident in self.counted(self.year):
            key = f"{incident.began_at.astimezone(self._zone):%Y-%m}"
            of = counts.setdefault(key, {})
            of[incident.severity] = of.get(incident.severity, 0) + 1
        keys = [(f"{start:%Y-%m}", f"{start:%b}") for start in self._starts]
        return tuple(Month(key, label, counts.get(key, {}), known.groups.get(key, {})) for key, label in keys)

    @property
    def whole(self) -> Mapping[str, Figure]:
        """The figures of the last twelve months."""
        return self._by_month.whole

    @cached_property
    def _by_month(self) -> Groups:
        return grouped(self.evidence, "month", self.year)

    def counted(self, period: Period) -> list[Incident]:
        """Incidents that count and began in `period`."""
        those = self.evidence.incidents
        return [each for each in those if each.counts and period.holds(each.began_at)]

    @cached_property
    def _starts(self) -> tuple[datetime, ...]:
        """When each of the months begins."""
        start = self.now.astimezone(self._zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        found = [start]
        while len(found) < MONTHS:
            found.append((found[-1] - timedelta(days=1)).replace(day=1))
        return tuple(reversed(found))


def count(figures: Mapping[str, Figure]) -> int:
    """How many incidents there are: each has a time to resolve, or a reason why not."""
    return figures["mttr"].n + len(figures["mttr"].excluded) if "mttr" in figures else 0


def spent(figures: Mapping[str, Figure]) -> float:
    """Minutes from impact to resolution, of all incidents together."""
    return sum(figures["mttr"].values) if "mttr" in figures else 0.0
