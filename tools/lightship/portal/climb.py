"""How services climbed a scorecard over the months, from the levels that the journal keeps by the day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from lightship.journal.entry import Entry
from lightship.portal.charts import Chart
from lightship.portal.plots import Lines
from lightship.scorecards.history import NONE
from lightship.scorecards.rule import Card

_MONTHS = 12


def climb(card: Card, days: Iterable[Entry]) -> Chart | None:
    """A month's last day a point; None where fewer than two months are kept. `days` are entries `scores.day`."""
    last: dict[date, Mapping[str, Any]] = {}
    for entry in sorted(days, key=lambda each: each.subject):
        found, day = entry.data.get(card.id), _day(entry.subject)
        if day and isinstance(found, Mapping) and found:
            last[day.replace(day=1)] = found
    kept = list(last.items())[-_MONTHS:]
    if len(kept) < 2:
        return None
    levels = card.model.levels
    top, none = ([_share(found, level) for _, found in kept] for level in (levels[-1].id, NONE))
    # Where nobody is at the top, what is told is who is on no level.
    reached = any(top[at] for at in (0, -1))
    wanted, word = (levels[-1].id, "at the top") if reached else (NONE, "without a level")
    now, then = (_count(found, wanted) for found in (kept[-1][1], kept[0][1]))
    labels = tuple(f"{month:%b}" for month, _ in kept)
    columns = (NONE, *(level.id for level in levels))
    titles = ("No level yet", *(level.name or level.id for level in levels))
    return Chart(
        f"climb-{card.id}",
        f"{now} of {len(kept[-1][1])} {word}, {then} of {len(kept[0][1])} in {labels[0]}",
        "percent of the services judged, at the end of each month; below it how many there were",
        Lines(
            labels,
            (("at the top", tuple(top)), ("no level", tuple(none))),
            tuple(str(len(found)) for _, found in kept),
        ),
        ("Month", *titles),
        tuple((f"{month:%Y-%m}", *(str(_count(found, level)) for level in columns)) for month, found in kept),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _count(found: Mapping[str, Any], wanted: str) -> int:
    return sum(level == wanted for level in found.values())


def _share(found: Mapping[str, Any], wanted: str) -> float:
    return round(100 * _count(found, wanted) / len(found), 1)
