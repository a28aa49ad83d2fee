"""Which runbooks may help: by the alerts that are open, by the symptom, and by the service; with the reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.runbook import Runbook
from lightship.facts.records import Alert
from lightship.incidents import words
from lightship.incidents.trust import Proof, said, trust

MOST = 5
_ALERT, _SYMPTOM, _SERVICE, _NEIGHBOUR, _HELPED = 4.0, 3.0, 1.0, 0.5, 0.5
_ALIKE = 62.0  # of 100, from where on a symptom is the one that somebody described


@dataclass(frozen=True, slots=True)
class Remedy:
    """A runbook, why it may be the right one, how far to trust it, and where to begin."""

    runbook: Runbook
    score: float
    reason: str
    trust: str
    first_step: str


def remedies(
    services: Sequence[str],
    needed: Sequence[str],
    described: Sequence[str],
    alerts: Sequence[Alert],
    catalog: Catalog,
    uses: Mapping[str, tuple[Proof, ...]],
    now: datetime,
    most: int = MOST,
) -> tuple[Remedy, ...]:
    """The likeliest first. `needed`: what the services need themselves; `described`: texts that say what is seen."""
    found = []
    for runbook in catalog.runbooks.values():
        parts = [*_by_alert(runbook, alerts), *_by_symptom(runbook, described)]
        parts += _by_service(runbook, services, needed, catalog, bool(parts))
        if parts:
            found.append(_remedy(runbook, parts, uses.get(runbook.id, ()), now))
    found.sort(key=lambda each: (-each.score, each.runbook.id))
    return tuple(found[:most])


def _remedy(
    runbook: Runbook, parts: Sequence[tuple[float, str]], uses: Sequence[Proof], now: datetime
) -> Remedy:
    known = trust(runbook, uses, now)
    score = sum(points for points, _ in parts) + _HELPED * known.rank / 3
    # A runbook with nothing to do in it helps nobody.
    score *= 1 if runbook.steps else 0.3
    first = runbook.steps[0].title if runbook.steps else ""
    return Remedy(runbook, round(score, 3), "; ".join(reason for _, reason in parts), said(known, now), first)


def _by_alert(runbook: Runbook, alerts: Iterable[Alert]) -> list[tuple[float, str]]:
    listed = {name.casefold() for name in runbook.alerts}
    open_now = dict.fromkeys(alert.name for alert in alerts if alert.name.casefold() in listed)
    return [(_ALERT, f"alert {name} is open") for name in open_now][:1]


def _by_symptom(runbook: Runbook, described: Sequence[str]) -> list[tuple[float, str]]:
    from rapidfuzz import fuzz, process, utils

    best, symptom = 0.0, ""
    for text in described:
        found = process.extractOne(
            text,
            runbook.symptoms,
            scorer=fuzz.token_set_ratio,
            processor=utils.default_process,
            score_cutoff=_ALIKE,
        )
        # One word of many in common makes a set ratio of 100.
        if found and found[1] > best and _common(text, found[0]):
            symptom, best = found[0], found[1]
    return [(_SYMPTOM * best / 100, f"symptom: {symptom}")] if symptom else []


def _common(one: str, other: str) -> bool:
    """Whether two texts share two telling words, or the only one that one of them has."""
    ours, theirs = ({words.stem(word) for word in words.telling(text)} for text in (one, other))
    return len(ours & theirs) >= min(2, len(ours), len(theirs)) > 0


def _by_service(
    runbook: Runbook, services: Sequence[str], needed: Sequence[str], catalog: Catalog, matched: bool
) -> list[tuple[float, str]]:
    naming = [id for id in services if id in catalog.services and runbook.id in catalog.services[id].runbooks]
    if naming:
        return [(_SERVICE, f"of {' and '.join(naming)}")]
    near = [id for id in needed if id in catalog.services and runbook.id in catalog.services[id].runbooks]
    # Without another reason, runbooks of dependencies would crowd out the service's own.
    return [(_NEIGHBOUR, f"of {near[0]}, which it needs")] if near and matched else []
