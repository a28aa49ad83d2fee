"""The rules, one module each, found by folder: the file's name is the rule's id, with `_` for `-`.

A module has a docstring (the title), SEVERITY, WHY, FIX and, where it can be shown in files, BAD and GOOD: texts in
which a line `# path/to/file.yaml` begins each file. `check(catalog, now)` yields problems; a module without it
describes what reading and loading find. Where a problem may be worse than SEVERITY, the module says WORST. Rules
neither print nor know of each other.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType

from lightship.catalog.catalog import Catalog
from lightship.finding import Finding, Severity

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule finds: a file, a key path inside it (the key itself with `at_key`), a message and a remedy.

    `severity` differs from the rule's own where only time made it true.
    """

    path: str
    keys: Keys
    message: str
    fix: str = ""
    at_key: bool = False
    severity: Severity | None = None


Check = Callable[[Catalog, datetime], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as people read about it; `check` is None where reading or loading finds it.

    No problem of it is worse than `worst`.
    """

    id: str
    title: str
    severity: Severity
    worst: Severity
    why: str
    fix: str
    bad: str
    good: str
    check: Check | None


@cache
def registry() -> Mapping[str, Rule]:
    """Every rule by id, sorted."""
    ids = sorted(info.name.replace("_", "-") for info in pkgutil.iter_modules(__path__))
    return MappingProxyType({id: _rule(id) for id in ids})


def check(catalog: Catalog, now: datetime) -> tuple[Finding, ...]:
    """What every rule finds in `catalog` at the aware moment `now`, not yet located."""
    return tuple(found for rule in registry().values() for found in _found(rule, catalog, now))


def errors(catalog: Catalog, now: datetime) -> tuple[Finding, ...]:
    """The errors among what `check` gives, and sooner: rules that only warn are left out."""
    severe = (rule for rule in registry().values() if rule.worst is Severity.ERROR)
    every = (found for rule in severe for found in _found(rule, catalog, now))
    return tuple(found for found in every if found.severity is Severity.ERROR)


def _found(rule: Rule, catalog: Catalog, now: datetime) -> Iterator[Finding]:
    for problem in rule.check(catalog, now.astimezone(UTC)) if rule.check else ():
        yield Finding(
            rule=rule.id,
            severity=problem.severity or rule.severity,
            path=problem.path,
            message=problem.message,
            fix=problem.fix,
            keys=problem.keys,
            at_key=problem.at_key,
        )


def _rule(id: str) -> Rule:
    module = importlib.import_module(f"{__name__}.{id.replace('-', '_')}")
    return Rule(
        id=id,
        title=(module.__doc__ or "").strip().rstrip("."),
        severity=module.SEVERITY,
        worst=getattr(module, "WORST", module.SEVERITY),
        why=module.WHY,
        fix=module.FIX,
        bad=getattr(module, "BAD", ""),
        good=getattr(module, "GOOD", ""),
        check=getattr(module, "check", None),
    )
