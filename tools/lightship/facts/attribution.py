"""Which services a change or an alert is about, and which people a pager means, by what the catalog says of them. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.service import Service
from lightship.facts.records import Alert, Change
from lightship.spelling import did_you_mean

_HOST = re.compile(r"^(?:https?://|ssh://)?(?:[^@/]+@)?(?:www\.)?github\.com[:/]", re.IGNORECASE)
_WORD = re.compile(r"[^\s()\[\]<>,;:|]+")
_Item = TypeVar("_Item", Change, Alert)
_Index = Mapping[str, tuple[str, ...]]


class Attribution:
    """Looks up services and people of `catalog`."""

    def __init__(self, catalog: Catalog) -> None:
        services = catalog.services
        self._services = services
        self._before = {old: id for id, service in services.items() for old in service.formerly}
        self._people = catalog.people
        self._applications = _index((service.integrations.argocd, id) for id, service in services.items())
        self._entities = _index(
            (part, id)
            for id, service in services.items()
            for part in (service.integrations.dynatrace, service.integrations.pagerduty)
        )
        self._repositories = _index(
            (repository, id) for id, service in services.items() for repository in _repositories(service)
        )

    def change(self, change: Change) -> tuple[Change, tuple[str, ...]]:
        """`change` with its services, and what could not be made out: by id, else repository and paths, or application."""
        if change.services:
            return self._named(change)
        found: tuple[str, ...] = ()
        why: list[str] = []
        if change.repository:
            found, reason = self._of_repository(change.repository, change.paths)
            why += reason
        if not found and change.application:
            found, reason = _looked_up("application", change.application, self._applications)
            why += reason
        return self._settled(change, found, why or ["it names no service, repository or application"])

    def alert(self, alert: Alert) -> tuple[Alert, tuple[str, ...]]:
        """`alert` with its services, and what could not be made out: by id, else by the entity."""
        if alert.services:
            return self._named(alert)
        if not alert.entity:
            return self._settled(alert, (), ["it names no service and no entity"])
        found, why = _looked_up("entity", alert.entity, self._entities)
        return self._settled(alert, found, why)

    def _named(self, item: _Item) -> tuple[_Item, tuple[str, ...]]:
        now = {id: id if id in self._services else self._before.get(id, id) for id in item.services}
        found = tuple(dict.fromkeys(id for id in now.values() if id in self._services))
        unknown: tuple[str, ...] = tuple(said for said, id in now.items() if id not in self._services)
        why = [_unknown("service", id, (*self._services, *self._before)) for id in unknown]
        labelled = item.model_copy(update={"labels": (*item.labels, *unknown)}) if unknown else item
        return self._settled(labelled, found, why)

    def _settled(
        self, item: _Item, found: tuple[str, ...], why: Iterable[str]
    ) -> tuple[_Item, tuple[str, ...]]:
        # An attribution that is known already stands where the same thing comes again and says less.
        if found or item.services:
            item = item.model_copy(update={"services": found})
        notes = () if found and not item.labels else tuple(f"'{item.id}': {reason}" for reason in why)
        return item, notes

    def _of_repository(
        self, repository: str, paths: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found, why = _looked_up("repository", _repository(repository), self._repositories)
        if not found or not paths:
            return found, why
        touched = tuple(id for id in found if _touches(_folder(self._services[id]), paths))
        if touched:
            return touched, ()
        return (), (f"no service of repository '{repository}' lies in {', '.join(paths[:5])}",)

    def person(self, texts: Iterable[str]) -> str | None:
        """The id of the one person that one of `texts` names: an id, an address, a login, a PagerDuty id, a name.

        The texts are tried in order; in one that is none of these, a person's name or address is looked for.
        """
        for text in texts:
            found = self._exactly(text.strip()) or self._inside(text)
            if found:
                return found
        return None

    def _exactly(self, text: str) -> str | None:
        wanted = text.removeprefix("mailto:").casefold()
        found = [id for id, person in self._people.items() if wanted in _names(person)]
        return found[0] if len(found) == 1 else None

    def _inside(self, text: str) -> str | None:
        words = f" {' '.join(_WORD.findall(text.casefold()))} "
        found = [
            id
            for id, person in self._people.items()
            if any(
                f" {name} " in words
                for name in (person.name.casefold(), (person.email or "").casefold())
                if name
            )
        ]
        return found[0] if len(found) == 1 else None

    def like(self, text: str) -> str:
        """Whom `text` may have meant, as a question; '' where nobody comes near."""
        return did_you_mean(
            text, [name for person in self._people.values() for name in (person.id, person.name)]
        )


def _names(person: Person) -> set[str]:
    texts = (person.id, person.email, person.pagerduty, person.name, person.github)
    return {text.casefold() for text in texts if text}


def _index(pairs: Iterable[tuple[object, str]]) -> _Index:
    found: dict[str, list[str]] = defaultdict(list)
    for part, id in pairs:
        for key in _keys(part):
            found[key].append(id)
    return {key: tuple(dict.fromkeys(ids)) for key, ids in found.items()}


def _keys(part: object) -> Iterable[str]:
    """How another system calls what `part` describes."""
    if isinstance(part, str):
        return (part,)
    named = (getattr(part, name, None) for name in ("application", "entity", "service_id"))
    plain = [name for name in named if name]
    namespace = getattr(part, "namespace", None)
    return [*plain, *(f"{namespace}/{name}" for name in plain if namespace)]


def _looked_up(what: str, name: str, index: _Index) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = index.get(name, ())
    return found, () if found else (_unknown(what, name, index),)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    near = did_you_mean(name, known)
    said = (
        f"{what} '{name}' is no service's" if what != "service" else f"'{name}' is no service of the catalog"
    )
    return f"{said}; {near}" if near else said


def _repositories(service: Service) -> Iterable[str]:
    known = service.integrations.github
    return dict.fromkeys(map(_repository, (*((known.repository,) if known else ()), *service.repos)))


def _repository(text: str) -> str:
    """owner/name for GitHub, however it is written; else the address without its decoration."""
    plain = _HOST.sub("", text.strip()).removeprefix("https://").rstrip("/")
    return plain.removesuffix(".git").casefold()


def _folder(service: Service) -> str:
    known = service.integrations.github
    return _plain(known.path) if known and known.path else ""


def _touches(folder: str, paths: Iterable[str]) -> bool:
    """Whether one of `paths` lies in `folder`, or holds it; a service without a folder has the whole repository."""
    if not folder:
        return True
    named = (f"{_plain(path)}/" for path in paths)
    return any(
        path == "/" or path.startswith(f"{folder}/") or f"{folder}/".startswith(path) for path in named
    )


def _plain(path: str) -> str:
    return path.strip().removeprefix("./").strip("/").removesuffix(".")
