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
_ALERT, _ALERT_NEAR, _SYMPTOM, _WORDING, _SERVICE, _NEIGHBOUR, _HELPED = 4.0, 0.7, 3.0, 2.0, 1.0, 0.2, 0.5
_ALIKE_OWN, _ALIKE = 0.5, 0.62  # from where on a symptom is the one that somebody described


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
        own = [
            id for id in services if id in catalog.services and runbook.id in catalog.services[id].runbooks
        ]
        parts = [*_by_alert(runbook, alerts, services), *_by_symptom(runbook, described, own)]
        parts += _by_service(runbook, own, needed, catalog, bool(parts))
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


def _by_alert(runbook: Runbook, alerts: Iterable[Alert], services: Sequence[str]) -> list[tuple[float, str]]:
    """One alert is enough; those on the services themselves come first."""
    listed = {name.casefold() for name in runbook.alerts}
    for alert in (each for each in alerts if each.name.casefold() in listed):
        if not services or set(alert.services).intersection(services):
            return [(_ALERT, f"alert {alert.name} is open")]
        return [(_ALERT_NEAR, f"alert {alert.name} is open on {alert.services[0]}")]
    return []


def _by_symptom(runbook: Runbook, described: Sequence[str], own: Sequence[str]) -> list[tuple[float, str]]:
    """The symptom that a text describes; where there is none, what the runbook says of itself.

    `own`: those of the services hit that name the runbook. Then less has to agree, and their names tell nothing.
    """
    named = _stems(" ".join(own))
    if found := _nearest(described, runbook.symptoms, 0, named):
        return [(_SYMPTOM * found[1], f'symptom "{_short(found[0])}"')]
    texts = (runbook.label, *([runbook.description] if runbook.description else []))
    if found := _nearest(described, texts, 1 if own else 2, named):
        return [(_WORDING * found[1], f'it says "{_short(found[0])}"')]
    return []


def _nearest(
    described: Sequence[str], known: Sequence[str], least: int, named: frozenset[str]
) -> tuple[str, float] | None:
    """The one of `known` that one of the texts is most like, and how much (0 to 1); None where none is.

    They have to share `least` telling words beside `named`; where that is 0, two, or all that the known one has.
    """
    found: tuple[str, float] | None = None
    for text in described:
        ours = _stems(text) - named
        for other in known:
            theirs = _stems(other) - named
            if len(ours & theirs) < (least or max(1, min(2, len(theirs)))):
                continue
            alike = _alike(text, other)
            if alike >= (_ALIKE_OWN if named else _ALIKE) and (found is None or alike > found[1]):
                found = (other, alike)
    return found


def _alike(one: str, other: str) -> float:
    """0 to 1, whatever the order of the words."""
    from rapidfuzz import fuzz, utils

    return fuzz.token_set_ratio(one, other, processor=utils.default_process) / 100


def _stems(text: str) -> frozenset[str]:
    return frozenset(words.stem(word) for word in words.telling(text))


def _short(text: str) -> str:
    """At most sixty characters, without quotes of its own."""
    bare = text.replace('"', "").strip()
    return bare if len(bare) <= 60 else f"{bare[:59].rstrip()}…"


def _by_service(
    runbook: Runbook, own: Sequence[str], needed: Sequence[str], catalog: Catalog, matched: bool
) -> list[tuple[float, str]]:
    if own:
        return [(_SERVICE, f"of {' and '.join(own)}")]
    near = [id for id in needed if id in catalog.services and runbook.id in catalog.services[id].runbooks]
    # Without another reason, runbooks of dependencies would crowd out the service's own.
    return [(_NEIGHBOUR, f"of {near[0]}, which it needs")] if near and matched else []
