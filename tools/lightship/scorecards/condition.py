"""A condition over many services: judged once for all that are alike in what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from lightship.catalog.kinds.service import Service
from lightship.expressions import Expression, Verdict, context
from lightship.expressions.scan import EACH, LENGTH, PRESENCE, Path
from lightship.scorecards.context import Contexts

_Column = Callable[[Sequence[Service]], Iterable[Hashable]]
_LISTS = ("runbooks", "slos", "environments", "features", "customers")


class Columns:
    """What services are made of, a list a part; each part is read once, however many conditions look at it."""

    def __init__(self, services: Sequence[Service]) -> None:
        self.services = services
        self._known: dict[str, list[Hashable]] = {}

    def of(self, name: str, read: _Column) -> list[Hashable]:
        """The part `name`, a value a service."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = list(read(self.services))
        return known


class Condition:
    """The verdicts of `expression` for services of the world of `contexts`."""

    def __init__(self, expression: Expression, contexts: Contexts) -> None:
        self._expression = expression
        self._contexts = contexts.narrowed(expression.paths)
        self._parts = _parts(expression, contexts)
        self._known: dict[Hashable, Verdict] = {}

    def verdicts(self, columns: Columns, wanted: Sequence[object]) -> list[Verdict]:
        """A verdict a service; where `wanted` is not True it means nothing."""
        services = columns.services
        if self._parts is None:
            pairs = zip(services, wanted, strict=True)
            return [self.judged(service) if mark is True else False for service, mark in pairs]
        keys: Iterable[Hashable] = zip(*(columns.of(*part) for part in self._parts.items()), strict=True)
        keys = list(keys) if self._parts else [()] * len(services)
        known = self._known
        examples = dict(zip(keys, services, strict=True))
        for key in examples.keys() - known.keys():
            known[key] = self.judged(examples[key])
        return list(map(known.__getitem__, keys))

    def judged(self, service: Service) -> Verdict:
        """The verdict for one service, judged for itself."""
        return self._expression.evaluate(context(self._contexts.of(service)))


def _parts(expression: Expression, contexts: Contexts) -> Mapping[str, _Column] | None:
    """What services must share to be judged alike, by name; None where hardly two of them do."""
    parts: dict[str, _Column] = {}
    for path in sorted(expression.paths):
        found = _part(path, contexts)
        if found is None:
            return None
        parts |= found
    return parts


def _part(path: Path, contexts: Contexts) -> dict[str, _Column] | None:
    """What decides the value of `path`; empty where it is the same for all, None where it is hardly ever shared."""
    variable = path[0]
    if variable == "service":
        return _own(path)
    if variable == "team":
        return {"owner": _plain("owner")}
    if variable == "system":
        return {"system": _plain("system")}
    if variable == "oncall":
        return {"schedule": _plain("schedule"), "escalation": _length(("escalation",))}
    if variable == "today":
        return {}
    if variable in _LISTS:
        return {variable: _plain(variable)}
    if variable == "facts" and not contexts.world.any_facts:
        return {}
    return None


def _own(path: Path) -> dict[str, _Column] | None:
    if len(path) == 2:
        return None
    steps, end = (path[1:], LENGTH) if path[-1] == EACH else (path[1:-1], path[-1])
    name = ".".join(path[1:])
    if steps[-1] == EACH:
        steps = steps[:-1]
    if EACH in steps:
        cut = steps.index(EACH)
        return None if EACH in steps[cut + 1 :] else {name: _inside(steps[:cut], steps[cut + 1 :])}
    if end == PRESENCE:
        return {name: lambda services: map(bool, _walked(steps, services))}
    if end == LENGTH:
        return {name: _length(steps)}
    return {name: lambda services: _walked(steps, services)}


def _inside(steps: tuple[str, ...], inner: tuple[str, ...]) -> _Column:
    """A field of every item of a list of the service."""
    return lambda services: [tuple(_walked(inner, items or ())) for items in _walked(steps, services)]


def _plain(name: str) -> _Column:
    read = attrgetter(name)
    return lambda services: map(read, services)


def _length(steps: tuple[str, ...]) -> _Column:
    return lambda services: [len(value) if value else 0 for value in _walked(steps, services)]


def _walked(steps: tuple[str, ...], services: Iterable[Service]) -> Iterable[Any]:
    values: Iterable[Any] = services
    for step in steps:
        values = [getattr(value, step, None) for value in values]
    return values
