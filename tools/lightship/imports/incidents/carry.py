"""Incidents of other tools as entries of the journal: the same for the same file, so that a second run adds nothing. Pure.

An id is made of the source's own key. An entry is recorded at the moment that it tells of (the journal's order says when it
came), so that two clones that import the same make the same entries. A time that cannot be is not carried over: the incident
is closed with the reason instead, and metrics name it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.imports.incidents.past import Past, Problem, cut, said
from lightship.incidents import events
from lightship.incidents.incident import Incident
from lightship.incidents.lifecycle import entry, match_service
from lightship.journal.entry import Actor, Entry

_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"
_LENGTH = 10  # of an id's last part: thousands a day do not meet
_STEPS: Mapping[str, type[events.Acknowledged] | type[events.Mitigated]] = {
    "acknowledged": events.Acknowledged,
    "mitigated": events.Mitigated,
}


@dataclass(frozen=True, slots=True)
class Label:
    """A name that is no service of the catalog: how many incidents it hit, and the service that it may mean."""

    name: str
    count: int
    near: str = ""


@dataclass
class Carried:
    """What an import comes to. `ended`: incidents that were open here and are over at the source."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    imported: list[Past] = field(default_factory=list)
    unchanged: int = 0
    ended: int = 0
    labels: tuple[Label, ...] = ()
    unused: tuple[str, ...] = ()


def carry(
    items: Iterable[Past | Problem],
    system: str,
    catalog: Catalog,
    mapping: Mapping[str, str],
    known: Iterable[Incident],
    actor: Actor,
    now: datetime,
) -> Carried:
    """The entries that are missing. `mapping`: service by the source's name, in any case; `known`: what the journal holds."""
    names = _Names(catalog, mapping)
    before = {(each.source["system"], each.source["key"]): each for each in known if each.source}
    done, seen = Carried(), dict[str, Past]()
    for item in items:
        if isinstance(item, Problem):
            done.problems.append(item)
        elif item.key in seen:
            other = seen[item.key]
            reason = f"it is called {item.key}, like {other.path}:{other.line}: not imported"
            done.problems.append(Problem(item.path, item.line, reason))
        elif why := _not_yet(item, now):
            done.problems.append(Problem(item.path, item.line, why))
        else:
            seen[item.key] = item
            _take(item, system, names, before.get((system, item.key)), actor, done)
    done.labels = names.labels()
    done.unused = names.unused()
    return done


class _Names:
    """What the source's names mean here."""

    def __init__(self, catalog: Catalog, mapping: Mapping[str, str]) -> None:
        self._catalog = catalog
        self._mapping = {name.casefold(): id for name, id in mapping.items()}
        self._written = {name.casefold(): name for name in mapping}
        self._met: Counter[str] = Counter()
        self._meant: dict[str, str] = {}
        self._near: dict[str, str] = {}

    def service(self, name: str) -> str:
        """The service that `name` is; '' for none."""
        self._met[name] += 1
        if name not in self._meant:
            match = match_service(name, self._catalog)
            self._meant[name] = self._mapping.get(name.casefold(), match.id)
            self._near[name] = next(iter(match.near), "")
        return self._meant[name]

    def labels(self) -> tuple[Label, ...]:
        """The names that are no service, the commonest first."""
        found = (
            Label(name, count, self._near[name]) for name, count in self._met.items() if not self._meant[name]
        )
        return tuple(sorted(found, key=lambda each: (-each.count, each.name)))

    def unused(self) -> tuple[str, ...]:
        """The names of the mapping that nothing is called."""
        met = {name.casefold() for name in self._met}
        return tuple(self._written[name] for name in self._mapping if name not in met)


def _not_yet(item: Past, now: datetime) -> str:
    """Why it cannot be imported today; '' where it can."""
    if item.began_at > now:
        return f"it begins on {said(item.began_at)}, which is still to come: import again then"
    if item.settled_at and item.settled_at > now:
        return f"its source may say more of it until {said(item.settled_at)}: import again then"
    if late := [at for at in item.reached.values() if at > now]:
        return f"it goes on until {said(max(late))}, which is still to come: import again then"
    return ""


def _take(
    item: Past, system: str, names: _Names, before: Incident | None, actor: Actor, done: Carried
) -> None:
    services = [(name, names.service(name)) for name in item.names]
    if before is None:
        declared = _declared(item, system, services)
        subject = _id(item, system)
        done.entries += _entries(subject, (declared, *_later(item)), item, system, actor)
        done.imported.append(item)
        return
    done.unchanged += 1
    later = [event for event in _later(item) if isinstance(event, events.Resolved | events.Closed)]
    if before.is_open and later and not before.reopened:
        done.entries += _entries(before.id, later, item, system, actor)
        done.ended += 1
        done.unchanged -= 1
    elif why := _differs(item, before):
        done.problems.append(Problem(item.path, item.line, why))


def _differs(item: Past, before: Incident) -> str:
    """What the source says otherwise than when it was imported, where nobody corrected it here."""
    stone = before.milestones.get("resolved")
    end = item.reached.get("resolved")
    if stone is None or stone.source != "import" or end is None or stone.at == end:
        return ""
    remedy = f"`lightship incident correct {before.id}` says so here"
    return f"it ended on {said(stone.at)} when it was imported, and on {said(end)} now: unchanged; {remedy}"


def _declared(item: Past, system: str, services: Iterable[tuple[str, str]]) -> events.Declared:
    found = list(services)
    return events.Declared(
        title=item.title,
        severity=item.severity,
        services=tuple(dict.fromkeys(id for _, id in found if id)),
        labels=tuple(name for name, id in found if not id),
        symptom=item.text or None,
        type=item.type,
        at=item.began_at,
        impact_started=item.began_at,
        detected=item.reached.get("detected"),
        reason=item.reason or None,
        source=events.Source(system=system, key=item.key, path=cut(item.path, 300), url=item.url or None),
    )


def _later(item: Past) -> Iterator[events.Event]:
    """What happened after the declaration, in the order of the milestones."""
    for name, event in _STEPS.items():
        if name in item.reached:
            yield event(at=item.reached[name])
    if "resolved" in item.reached:
        yield events.Resolved(at=item.reached["resolved"], text=item.fix or None)
    elif item.over:
        yield events.Closed(reason=cut(item.over, 300), at=item.began_at)


def _entries(
    subject: str, those: Iterable[events.Event], item: Past, system: str, actor: Actor
) -> Iterator[Entry]:
    for event in those:
        at = getattr(event, "at", None) or item.began_at
        yield entry(subject, event, actor, at, _digest(system, item.key, event.what)[:10])


def _id(item: Past, system: str) -> str:
    number = int.from_bytes(_digest(system, item.key, "id"))
    tail = ""
    for _ in range(_LENGTH):
        number, at = divmod(number, len(_LETTERS))
        tail += _LETTERS[at]
    return f"inc-{item.began_at:%Y%m%d}-{tail}"


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()
