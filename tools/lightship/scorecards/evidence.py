"""The values that a verdict rests on, said in a line: what the rule's condition looks at, as it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.base import duration_text
from lightship.expressions.scan import EACH, ENDS, LENGTH, WHOLE, Path
from lightship.expressions.shape import NEVER
from lightship.facts.snapshot import Fact, Snapshot
from lightship.scorecards.context import Contexts
from lightship.scorecards.outcome import Outcome
from lightship.scorecards.rule import Rule, Rulebook
from lightship.scorecards.score import Scores

_LONGEST = 60  # characters of one value
_MOST = 5  # entities of one list
_WIDEST = 160  # characters of one list, however few entities that leaves
_Group = tuple[Path, tuple[str, ...]]
_JSON = json.JSONEncoder(ensure_ascii=False, default=str)


class Evidence:
    """Says what verdicts of `scores` rest on; contexts are made when they are asked for."""

    def __init__(self, catalog: Catalog, facts: Snapshot, scores: Scores, now: datetime) -> None:
        self._catalog = catalog
        self._scores = scores
        self._now = now
        self._contexts = Contexts(catalog, facts, scores.day, _with_ids(scores.rulebook))
        self._made: tuple[str, dict[str, Any], dict[_Group, str]] = ("", {}, {})

    def of(self, service: str, rule: Rule, beside: tuple[Evidence, str] | None = None) -> str:
        """A line such as `service.runbooks = ["checkout-errors"]`; for a waiver, who gave it and until when.

        Of lists, what differs from the service of `beside` comes first.
        """
        outcome = self._scores.outcome(service, rule)
        waiver = self._scores.waivers.get((service, *rule.key))
        if outcome == Outcome.WAIVED and waiver is not None:
            return f"waived until {waiver.expires_at} by {waiver.approved_by}: {_cut(waiver.reason)}"
        broken = self._scores.breakage.get(service, {}).get(rule.index)
        if broken is not None:
            return f"the condition breaks: {broken}"
        looked_at = rule.applies if outcome == Outcome.NOT_APPLICABLE else rule.check
        if looked_at.troubles:
            return f"the condition is broken: {looked_at.troubles[0].message}"
        card = self._scores.rulebook.card(rule.scorecard)
        paths = looked_at.paths
        if not paths and card is not None:
            paths = card.applies.paths
        return "; ".join(dict.fromkeys(self._lines(service, paths, rule, beside)))

    def _lines(
        self, service: str, paths: frozenset[Path], rule: Rule, beside: tuple[Evidence, str] | None
    ) -> Iterator[str]:
        values, told = self._values(service)
        other: dict[str, Any] = {}
        if beside is not None:
            other, told = beside[0]._values(beside[1])[0], {}
        for group in _grouped(paths):
            if group[0][0] == "facts":
                facts = self._contexts.world.facts(self._catalog.services[service])
                yield self._fact(group[0], facts, rule)
                continue
            line = told.get(group)
            if line is None:
                line = told[group] = _line(group, values, other)
            yield line

    def _values(self, service: str) -> tuple[dict[str, Any], dict[_Group, str]]:
        """The context of `service`, and what was said of it so far: several rules look at the same."""
        if self._made[0] != service:
            self._made = (service, self._contexts.of(self._catalog.services[service]), {})
        return self._made[1:]

    def _fact(self, name: Path, facts: Mapping[str, Fact], rule: Rule) -> str:
        key = name[1] if len(name) > 1 else ""
        if key not in facts:
            return f"facts.{key} was not observed" if key else f"{len(facts)} facts observed"
        fact = facts[key]
        age = self._now - fact.observed_at
        limit = rule.model.max_age
        late = f", older than {duration_text(limit)}" if limit is not None and age > limit else ""
        return f"facts.{key} = {_value(fact.value)} ({fact.source}, {_age(age)}{late})"


def _with_ids(book: Rulebook) -> frozenset[Path]:
    """The paths of `book`, with the id of every entity of a list beside."""
    lists = {
        (path[0], EACH, "id", WHOLE) for path in book.paths if len(path) > 1 and path[1] in (EACH, LENGTH)
    }
    return book.paths | lists


@lru_cache(maxsize=1024)
def _grouped(paths: frozenset[Path]) -> list[_Group]:
    """(path up to a list, the fields of its items that are looked at), each once, in order."""
    groups: dict[Path, dict[str, None]] = {}
    for path in sorted(paths):
        steps = tuple(step for step in path if step not in ENDS)
        if EACH in steps:
            cut = steps.index(EACH)
            fields = groups.setdefault(steps[:cut], {})
            rest = ".".join(step for step in steps[cut + 1 :] if step != EACH)
            if rest:
                fields[rest] = None
        else:
            groups.setdefault(steps, {})
    return [(name, tuple(fields)) for name, fields in groups.items()]


def _line(group: _Group, values: dict[str, Any], other: dict[str, Any]) -> str:
    name, fields = group
    value = _at(values, name)
    if not fields:
        return f"{'.'.join(name)} = {_value(value)}"
    same = _at(other, name) or ()
    return f"{'.'.join(name)}: {_table(sorted(value or (), key=lambda item: item in same), fields)}"


def _at(values: Any, path: Path) -> Any:
    for step in path:
        if not isinstance(values, dict) or step not in values:
            return None
        values = values[step]
    return values


def _table(items: Any, fields: tuple[str, ...]) -> str:
    if not items:
        return "none"
    rows: list[str] = []
    for item in items[:_MOST]:
        row = _row(item, fields)
        if rows and sum(map(len, rows)) + len(row) > _WIDEST:
            break
        rows.append(row)
    more = f" and {len(items) - len(rows)} more" if len(items) > len(rows) else ""
    return ", ".join(rows) + more


def _row(item: dict[str, Any], fields: tuple[str, ...]) -> str:
    told = " ".join(
        f"{field}={_cut(_value(_each(item, field.split('.'))), _LONGEST // 2)}"
        for field in fields
        if field != "id"
    )
    name = str(item.get("id", ""))
    return f"{name} ({told})" if name and told else name or told


def _each(item: Any, steps: list[str]) -> Any:
    for at, step in enumerate(steps):
        if isinstance(item, list):
            return [_each(one, steps[at:]) for one in item]
        item = item.get(step) if isinstance(item, dict) else None
    return item


def _value(value: Any) -> str:
    if value == NEVER or value is None:
        return "not set"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat()
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        ids = [str(item["id"]) for item in value if "id" in item]
        return _cut(", ".join(ids)) if ids else f"{len(value)} entries"
    return _cut(_JSON.encode(value))


def _cut(text: str, longest: int = _LONGEST) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _age(age: timedelta) -> str:
    if age < timedelta(hours=1):
        return "observed just now"
    if age < timedelta(days=2):
        return f"observed {age // timedelta(hours=1)} h ago"
    return f"observed {age.days} days ago"
