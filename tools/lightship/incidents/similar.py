"""Incidents of the past that are like one: by what they say and by what they hit, each with the reason. Pure.

    score = 1 - (1 - 0.6 x structure) x (1 - 0.6 x text)

structure  the sum of: 0.5 x the share of services that both hit; 0.2 a dependency of both, where they share no service;
           0.2 the same alert was open, or the same runbook was used; 0.15 caused by the same kind of change; 0.05 of the same severity
text       bm25 / (bm25 + 3), as the ledger's full-text index finds it: half where they share as much as one rare word

Severity alone makes nothing similar.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from lightship.facts.records import Alert, Observed
from lightship.incidents import words
from lightship.incidents.incident import Incident
from lightship.incidents.reach import Needs

MOST = 5
_LEAST = 0.12  # less alike is not worth a line
_STRUCTURE, _TEXT, _RARE = 0.6, 0.6, 3.0
_SERVICES, _DEPENDENCY, _RUNBOOK, _CAUSE, _SEVERITY = 0.5, 0.2, 0.2, 0.15, 0.05
_NAMED = 3
_AROUND = timedelta(hours=1)
_at = attrgetter("at")


@dataclass(frozen=True, slots=True)
class Like:
    """What others are compared with. `runbooks` are those at hand now, `alerts` the names of those that are open.

    `suspected` is the kind of the top suspect.
    """

    id: str
    services: tuple[str, ...]
    severity: str
    words: tuple[str, ...]
    runbooks: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    suspected: str = ""
    elsewhere: tuple[str, ...] = ()  # incidents that are this one, or are shown already


@dataclass(frozen=True, slots=True)
class Similar:
    """A past incident, how alike it is in (0, 1), and why in one line."""

    incident: Incident
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class _World:
    needs: Needs
    kinds: Mapping[str, str]
    alerts: Sequence[Alert]

    def open_at(self, incident: Incident, names: Collection[str]) -> str:
        """The first of `names` that an alert on the incident's services had, within an hour of its beginning; '' for none."""
        if not names:
            return ""
        began = incident.began_at
        first = bisect_left(self.alerts, began - _AROUND, key=_at)
        last = bisect_right(self.alerts, began + _AROUND, key=_at)
        rang = (
            each for each in self.alerts[first:last] if set(each.services).intersection(incident.services)
        )
        return next((each.name for each in rang if each.name in names), "")


def similar(
    like: Like,
    candidates: Iterable[Incident],
    texts: Mapping[str, float],
    needs: Needs,
    observed: Observed,
    before: datetime,
    most: int = MOST,
) -> tuple[Similar, ...]:
    """The most alike of `candidates` declared before `before`, open ones too: never itself, a drill or a duplicate.

    `texts` are BM25 by incident; `observed` tells what kind of change caused one, and which alerts were open.
    """
    world = _World(needs, {each.id: str(each.kind) for each in observed.changes}, observed.alerts)
    found = []
    for incident in candidates:
        itself = incident.id == like.id or incident.id in like.elsewhere or incident.duplicate_of == like.id
        if itself or not incident.counts or incident.declared_at > before:
            continue
        match = _match(like, incident, texts.get(incident.id, 0.0), world)
        if match is not None and match.score >= _LEAST:
            found.append(match)
    found.sort(key=lambda each: (-each.score, -each.incident.declared_at.timestamp(), each.incident.id))
    return tuple(found[:most])


def _match(like: Like, incident: Incident, bm25: float, world: _World) -> Similar | None:
    structure, reasons = 0.0, []
    for weight, reason in _ties(like, incident, world):
        structure += weight
        reasons.append(reason)
    text = bm25 / (bm25 + _RARE) if bm25 > 0 else 0.0
    if said := words.shared(like.words, incident):
        reasons.append(f"both say {_quoted(said)}")
    elif text > 0.3:
        reasons.append("its updates read alike")
    if not reasons:
        return None
    if like.severity and incident.severity == like.severity:
        structure += _SEVERITY
    score = 1 - (1 - _STRUCTURE * min(1.0, structure)) * (1 - _TEXT * text)
    return Similar(incident, round(score, 4), "; ".join(reasons))


def _ties(like: Like, incident: Incident, world: _World) -> Iterable[tuple[float, str]]:
    both = [id for id in like.services if id in incident.services]
    if both:
        share = len(both) / len({*like.services, *incident.services})
        word = "same service" if len(both) == 1 else "same services"
        alone = len(like.services) == len(incident.services) == 1
        yield _SERVICES * share, word if alone else f"both hit {' and '.join(both[:_NAMED])}"
    elif common := _common(like.services, incident.services, world.needs):
        yield _DEPENDENCY, common
    used = [use.runbook for use in incident.runbooks if use.runbook in like.runbooks]
    if used:
        yield _RUNBOOK, f"runbook {used[0]} was used then"
    elif rang := world.open_at(incident, like.alerts):
        yield _RUNBOOK, f"alert {rang} was open then too"
    if like.suspected and world.kinds.get(incident.cause) == like.suspected:
        yield _CAUSE, f"caused by a {like.suspected} too"


def _common(ours: Sequence[str], theirs: Sequence[str], needs: Needs) -> str:
    """What two sets of services have in common where they share none; '' for nothing that is telling."""
    for one in ours:
        for other in theirs:
            if any(each.service == other for each in needs.get(one, ())):
                return f"hit {other}, which {one} needs"
            if any(each.service == one for each in needs.get(other, ())):
                return f"hit {other}, which needs {one}"
    mine = {each.service for one in ours for each in needs.get(one, ()) if each.critical}
    also = sorted(
        {
            each.service
            for other in theirs
            for each in needs.get(other, ())
            if each.service in mine and each.critical
        }
    )
    return f"its services need {also[0]} too" if also else ""


def _quoted(said: Sequence[str]) -> str:
    return " and ".join(f'"{word}"' for word in said[:_NAMED])
