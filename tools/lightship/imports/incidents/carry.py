"""Incidents of other tools as entries of the journal: the same for the same file, so that a second run adds nothing. Pure.

An id is made of the source's own key. An entry is recorded at the moment that it tells of, by the source itself, so that two
clones that import the same make the same entries; a record of its own says who imported, and when. A time that cannot be is
not carried over: the incident is closed with the reason instead, and metrics name it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lightship.catalog.catalog import Catalog
from lightship.imports.incidents.past import Past, Problem, cut, said
from lightship.incidents import events
from lightship.incidents.incident import Incident
from lightship.incidents.lifecycle import entry, match_service
from lightship.journal.entry import Actor, Entry, canonical, new_id
from lightship.spelling import nearest

RUN = "import.run"
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
    """What an import comes to. `ended`: incidents whose end the source knows by now."""

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
            _take(item, system, names, before.get((system, item.key)), done)
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
        self._known = {name: id for id, service in catalog.services.items() for name in (service.label, id)}

    def service(self, name: str) -> str:
        """The service that `name` is; '' for none."""
        self._met[name] += 1
        if name not in self._meant:
            meant = self._mapping.get(name.casefold())
            self._meant[name] = meant or match_service(name, self._catalog).id
        return self._meant[name]

    def labels(self) -> tuple[Label, ...]:
        """The names that are no service, the commonest first."""
        found = (
            Label(name, count, self._near(name)) for name, count in self._met.items() if not self._meant[name]
        )
        return tuple(sorted(found, key=lambda each: (-each.count, each.name)))

    def _near(self, name: str) -> str:
        """The service that `name` is a misspelling of, or has all words of."""
        from rapidfuzz import fuzz, process, utils

        if near := nearest(name, self._known):
            return self._known[near]
        scorer, cutoff = fuzz.token_set_ratio, 95
        found = process.extractOne(
            name, list(self._known), scorer=scorer, processor=utils.default_process, score_cutoff=cutoff
        )
        return self._known[found[0]] if found else ""

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


def _take(item: Past, system: str, names: _Names, before: Incident | None, done: Carried) -> None:
    services = [(name, names.service(name)) for name in item.names]
    if before is None:
        declared = _declared(item, system, services)
        subject = _id(item, system)
        done.entries += _entries(subject, (declared, *_later(item)), item, system)
        done.imported.append(item)
        return
    news = _since(item, before)
    if news:
        done.entries += _entries(before.id, news, item, system)
        done.ended += 1
        return
    done.unchanged += 1
    if why := _differs(item, before):
        done.problems.append(Problem(item.path, item.line, why))


def _since(item: Past, before: Incident) -> tuple[events.Event, ...]:
    """The end that the source did not know, or had wrong, when the incident was imported."""
    end = item.reached.get("resolved")
    if before.is_open and not before.reopened:
        return tuple(each for each in _later(item) if isinstance(each, events.Resolved | events.Closed))
    closed = before.milestones.get("closed")
    if end and closed and closed.source == "import" and "resolved" not in before.milestones:
        return (events.Corrected(milestone="resolved", at=end, reason="its source knows the end now"),)
    return ()


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
        source=events.Source(system=system, key=item.key, path=cut(item.file, 300), url=item.url or None),
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


def _entries(subject: str, those: Iterable[events.Event], item: Past, system: str) -> Iterator[Entry]:
    """An id holds what its entry says: a clone that meant something else by a name makes another entry, not another version."""
    for event in those:
        at = getattr(event, "at", None) or item.began_at
        said_so = canonical(events.data(event)).decode()
        yield entry(
            subject,
            event,
            Actor(system, via="import"),
            at,
            _digest(system, item.key, event.what, said_so)[:10],
        )


def run(done: Carried, system: str, actor: Actor, now: datetime) -> Entry:
    """The record that somebody imported."""
    moment = now.astimezone(UTC).replace(microsecond=now.microsecond // 1000 * 1000)
    data = {"imported": len(done.imported), "ended": done.ended}
    return Entry(new_id(moment), RUN, system, moment, actor, data)


def _id(item: Past, system: str) -> str:
    number = int.from_bytes(_digest(system, item.key, "id"))
    tail = ""
    for _ in range(_LENGTH):
        number, at = divmod(number, len(_LETTERS))
        tail += _LETTERS[at]
    return f"inc-{item.began_at:%Y%m%d}-{tail}"


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()
