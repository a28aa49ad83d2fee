"""A condition over services: judged once for all services that are alike in what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from operator import attrgetter
from typing import Any

from lightship.catalog.kinds.service import Service
from lightship.expressions import Expression, Verdict, context
from lightship.expressions.scan import EACH, ENDS, LENGTH, PRESENCE, Path
from lightship.scorecards.context import Contexts

_Alike = Callable[[Service], Hashable]
_SHARED = ("tier", "lifecycle", "type", "system", "schedule", "owner")
_LISTS = ("runbooks", "slos", "environments", "features", "customers")


class Condition:
    """The verdicts of `expression` for services of the world of `contexts`."""

    def __init__(self, expression: Expression, contexts: Contexts) -> None:
        self._expression = expression
        self._contexts = contexts.narrowed(expression.paths)
        self._alike = _alike(expression, contexts)
        self._known: dict[Hashable, Verdict] = {}

    def of(self, service: Service) -> Verdict:
        """The verdict for one service."""
        if self._alike is None:
            return self._judged(service)
        key = self._alike(service)
        verdict = self._known.get(key)
        if verdict is None:
            verdict = self._known[key] = self._judged(service)
        return verdict

    def _judged(self, service: Service) -> Verdict:
        return self._expression.evaluate(context(self._contexts.of(service)))


def _alike(expression: Expression, contexts: Contexts) -> _Alike | None:
    """What services must share to be judged alike; None where hardly two of them do."""
    parts: dict[str, _Alike] = {}
    for path in expression.paths:
        found = _part(path, contexts)
        if found is None:
            return None
        parts |= found
    readers = tuple(parts.values())
    if len(readers) == 1:
        return readers[0]
    if len(readers) == 2:
        one, other = readers
        return lambda service: (one(service), other(service))
    return lambda service: tuple([reader(service) for reader in readers])


def _part(path: Path, contexts: Contexts) -> dict[str, _Alike] | None:
    """What decides the value of `path`, by name; empty where it is the same for all, None where it is hardly ever shared."""
    variable = path[0]
    if variable == "service":
        return _own(path)
    if variable == "team":
        return {"owner": attrgetter("owner")}
    if variable == "system":
        return {"system": attrgetter("system")}
    if variable == "oncall":
        return {"schedule": attrgetter("schedule"), "escalation": lambda service: len(service.escalation)}
    if variable == "today":
        return {}
    if variable in _LISTS:
        return {variable: attrgetter(variable)}
    if variable == "facts":
        # Where nothing was observed of a service, all such services are alike.
        return {} if not contexts.world.any_facts else None
    return None


def _own(path: Path) -> dict[str, _Alike] | None:
    steps, end = path[1:-1], path[-1]
    if EACH in path or not steps or end not in ENDS:
        return None
    name = "service." + ".".join(path[1:])
    if end == PRESENCE:
        return {name: _walk(steps, bool)}
    if end == LENGTH:
        return {name: _walk(steps, lambda value: len(value or ""))}
    return {name: attrgetter(steps[0])} if len(steps) == 1 and steps[0] in _SHARED else None


def _walk(steps: tuple[str, ...], last: Callable[[Any], Hashable]) -> _Alike:
    if len(steps) == 1:
        read = attrgetter(steps[0])
        return lambda service: last(read(service))

    def walk(service: Service) -> Hashable:
        value: Any = service
        for step in steps:
            value = getattr(value, step, None)
        return last(value)

    return walk
