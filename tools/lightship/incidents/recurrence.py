"""Whether an incident came back: what makes two incidents the same trouble. Pure."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lightship.incidents.figures import Verdict, counted, left_out
from lightship.incidents.incident import Incident

WITHIN = timedelta(days=90)
ALIKE = 0.6  # of the words of both titles
FORMULA = (
    f"incidents before which, at most {WITHIN.days} days earlier, another one began that hit one of the same services (or "
    "names that are no service of the catalog) and had the same cause, or was helped by the same runbook, or has at least "
    f"{ALIKE:.0%} of the words of both titles in common ÷ incidents that name what they hit"
)
_WORD = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True, slots=True)
class _Marked:
    """What an incident is recognised by."""

    began_at: datetime
    id: str
    cause: str
    runbooks: frozenset[str]
    words: frozenset[str]


def predecessors(incidents: Iterable[Incident]) -> dict[str, str]:
    """For each incident that counts and came back, the id of the latest one before it that was the same trouble."""
    passed: dict[str, deque[_Marked]] = {}
    found: dict[str, str] = {}
    for incident in sorted(incidents, key=lambda each: (each.began_at, each.id)):
        if not incident.counts:
            continue
        mark = _marked(incident)
        earlier: list[_Marked] = []
        for place in _places(incident):
            others = passed.setdefault(place, deque())
            while others and mark.began_at - others[-1].began_at > WITHIN:
                others.pop()
            if before := _latest(mark, others):
                earlier.append(before)
            others.appendleft(mark)
        if earlier:
            found[incident.id] = max(earlier, key=lambda each: (each.began_at, each.id)).id
    return found


def verdict(incident: Incident, before: Mapping[str, str]) -> Verdict:
    """1.0 where it came back, 0.0 where not."""
    if not incident.counts:
        return left_out(incident.id, f"{incident.type}: only incidents come back")
    if not _places(incident):
        return left_out(incident.id, "it names nothing that it hit")
    return counted(float(incident.id in before))


def _latest(mark: _Marked, others: Iterable[_Marked]) -> _Marked | None:
    """The first of `others` that is the same trouble."""
    words, size = mark.words, len(mark.words)
    for other in others:
        common = len(words & other.words)
        if common and common >= ALIKE * (size + len(other.words) - common):
            return other
        if (mark.cause and mark.cause == other.cause) or not mark.runbooks.isdisjoint(other.runbooks):
            return other
    return None


def _marked(incident: Incident) -> _Marked:
    return _Marked(
        incident.began_at,
        incident.id,
        incident.cause,
        frozenset(use.runbook for use in incident.runbooks if use.helped),
        frozenset(_WORD.findall(incident.title.casefold())),
    )


def _places(incident: Incident) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*incident.services, *incident.labels)))
