"""The milestones of an incident: a strip to scale, and the same in words with what is missing and what was corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from markupsafe import Markup, escape

from lightship.incidents.events import MILESTONES
from lightship.incidents.incident import Incident
from lightship.portal.incidents import ended_at
from lightship.portal.words import lasted, minute

NAMES = {
    "impact_started": "Impact began",
    "detected": "Detected",
    "declared": "Declared",
    "acknowledged": "Acknowledged",
    "mitigated": "Mitigated",
    "resolved": "Resolved",
    "closed": "Closed",
}
_HEIGHT = 26
_LABELLED = 13.0  # percent of the strip from which a length is written into its part
_TOLD = ("impact_started", "detected")  # these are always told later
_SLACK = timedelta(minutes=2)  # what is recorded sooner counts as recorded when it happened


@dataclass(frozen=True, slots=True)
class Stone:
    """A milestone in words: its time or why there is none, the time since the one before, and notes on how it came."""

    name: str
    when: Markup
    after: str
    notes: tuple[Markup, ...]
    missing: bool


def strip(incident: Incident, now: datetime) -> Markup:
    """From the first milestone to the end, or to now, to scale; nothing where there is no time in between."""
    stones: list[tuple[str, datetime]] = [
        (name, incident.milestones[name].at) for name in MILESTONES[:-1] if name in incident.milestones
    ]
    end = ended_at(incident) or now
    if incident.is_open or "resolved" not in incident.milestones:
        stones.append(("now", end))
    whole = stones[-1][1] - stones[0][1]
    if whole <= timedelta(0):
        return Markup()
    parts = []
    for (name, start), (_, stop) in pairwise(stones):
        x = _across(start - stones[0][1], whole)
        width = _across(stop - stones[0][1], whole) - x
        if width > 0:
            parts.append(_part(name, x, width, stop - start))
    return Markup('<svg class="ls-strip ls-stones" height="{}" aria-hidden="true">{}</svg>').format(
        _HEIGHT, Markup("".join(parts))
    )


def _across(span: timedelta, whole: timedelta) -> float:
    return min(max(100 * (span / whole), 0.0), 100.0)


def _part(name: str, x: float, width: float, length: timedelta) -> str:
    text = lasted(length)
    label = f'<text x="6" y="17">{escape(text)}</text>' if width >= _LABELLED else ""
    return (
        f'<svg x="{x:.2f}%" width="{width:.2f}%" height="{_HEIGHT}"><title>{escape(text)} from {_title(name)}</title>'
        f'<rect class="{name}" x="0.5" y="0.5" width="100%" height="{_HEIGHT - 1}" rx="2"/>{label}</svg>'
    )


def _title(name: str) -> str:
    return NAMES[name].lower()


def stones(incident: Incident, now: datetime, zone: str, names: Mapping[str, str]) -> tuple[Stone, ...]:
    """All milestones in their order; `closed` only where it was. `names` are people's, by id."""
    found = []
    before: datetime | None = None
    for name in MILESTONES:
        stone = incident.milestones.get(name)
        if stone is not None:
            after = _after(stone.at, before)
            found.append(
                Stone(
                    NAMES[name],
                    minute(stone.at, now, zone),
                    after,
                    _notes(incident, name, now, zone, names),
                    False,
                )
            )
            before = stone.at
        elif name != "closed":
            ahead = incident.is_open and name in ("acknowledged", "mitigated", "resolved")
            found.append(Stone(NAMES[name], Markup("not yet" if ahead else "not recorded"), "", (), True))
    return tuple(found)


def _after(moment: datetime, before: datetime | None) -> str:
    if before is None or moment == before:
        return ""
    return lasted(moment - before) + " later" if moment > before else "before that"


def _notes(
    incident: Incident, name: str, now: datetime, zone: str, names: Mapping[str, str]
) -> tuple[Markup, ...]:
    """How it was recorded, where that was not when it happened."""
    stone = incident.milestones[name]
    recorded = minute(stone.recorded_at, now, zone)
    known = any(moved.verified and moved.by == stone.by for moved in incident.timeline)
    by = names.get(stone.by, stone.by) if known else stone.by
    why = Markup(": {}").format(stone.reason) if stone.reason else ""
    if stone.source == "correction":
        first = _first(incident, name, now, zone)
        return (Markup("{}corrected {} by {}{}").format(first, recorded, by, why),)
    if stone.source == "import":
        return (Markup("as imported"),)
    if name in _TOLD:
        return (Markup("{}").format(stone.reason),) if stone.reason else ()
    if stone.recorded_at - stone.at > _SLACK:
        return (Markup("recorded {} by {}{}").format(recorded, by, why if name != "closed" else ""),)
    return ()


def _first(incident: Incident, name: str, now: datetime, zone: str) -> Markup:
    """What was told before the first correction, as the timeline has it."""
    told = (change for moved in incident.timeline if moved.what == "corrected" for change in moved.changes)
    before = next((each.removeprefix(f"{name}: ") for each in told if each.startswith(f"{name}: ")), "")
    old = before.partition(" → ")[0]
    try:
        moment = datetime.strptime(old, "%Y-%m-%d %H:%M:%S %Z").replace(tzinfo=UTC)
    except ValueError:
        return Markup("not told at first, ") if old == "never" else Markup()
    return Markup("first told as {}, ").format(minute(moment, now, zone))
