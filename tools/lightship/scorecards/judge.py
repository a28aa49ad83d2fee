"""Evaluates every condition of a rulebook for every service, by the day; what is known for equal input is not judged again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from lightship.aside import aside
from lightship.catalog.cache import Cache
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.service import Service
from lightship.expressions import MISSING, Broken, Expression, Verdict
from lightship.scorecards.condition import Columns, Condition
from lightship.scorecards.context import Contexts
from lightship.scorecards.digest import Digests
from lightship.scorecards.outcome import BROKEN, FAIL, NO_DATA, NOT_APPLICABLE, PASS
from lightship.scorecards.rule import Card, Rule, Rulebook

_FORMAT = 1  # of what is kept
_MANY = 2_000  # services to be judged, from which on a second process pays
_MISSING = {"no_data": NO_DATA, "fail": FAIL, "not_applicable": NOT_APPLICABLE}


def judge(
    catalog: Catalog,
    services: Mapping[str, Service],
    contexts: Contexts,
    book: Rulebook,
    day: datetime,
    cache: Cache | None,
) -> Mapping[str, str]:
    """Service → a letter a rule, then `|` and {rule index: message} as JSON where conditions broke."""
    if cache is None:
        return _judged(services, contexts, book)
    space = f"scores-{_FORMAT}-{book.digest}-{day:%Y%m%d}"
    keys = Digests(catalog, contexts).of(services)
    known = cache.get(space, keys.values())
    fresh = _judged({id: services[id] for id, key in keys.items() if key not in known}, contexts, book)
    cache.put(space, {keys[id]: text for id, text in fresh.items()})
    return {id: fresh[id] if id in fresh else known[key] for id, key in keys.items()}


def broken_by_rule(details: str) -> Mapping[int, str]:
    """What stands behind the `|`."""
    return {int(index): message for index, message in json.loads(details).items()}


def _judged(services: Mapping[str, Service], contexts: Contexts, book: Rulebook) -> dict[str, str]:
    if len(services) < _MANY:
        return _Judge(services, contexts, book).rows()
    rows = list(services.items())
    middle = len(rows) // 2
    theirs = aside(lambda: json.dumps(_Judge(dict(rows[middle:]), contexts, book).rows()).encode())
    ours = _Judge(dict(rows[:middle]), contexts, book).rows()
    rest: dict[str, str] = json.loads(theirs())
    return ours | rest


class _Judge:
    """Goes through a rulebook rule by rule, and through all services at each; a text of a condition is judged once."""

    def __init__(self, services: Mapping[str, Service], contexts: Contexts, book: Rulebook) -> None:
        self._ids = tuple(services)
        self._columns = Columns(tuple(services.values()))
        self._contexts = contexts
        self._book = book
        self._conditions: dict[str, Condition] = {}
        self._all: list[Verdict] = [True] * len(services)
        self._broke: dict[str, dict[int, str]] = {}

    def rows(self) -> dict[str, str]:
        letters = [column for card in self._book.cards for column in self._card(card)]
        texts = map("".join, zip(*letters, strict=True)) if letters else [""] * len(self._ids)
        rows = dict(zip(self._ids, texts, strict=True))
        return rows | {id: f"{rows[id]}|{json.dumps(broke)}" for id, broke in self._broke.items()}

    def _card(self, card: Card) -> Iterator[list[str]]:
        whole = self._verdicts(card.applies, self._all)
        for rule in card.rules:
            applies = [
                one if mark is True else mark
                for mark, one in zip(whole, self._verdicts(rule.applies, whole), strict=True)
            ]
            checks = self._verdicts(rule.check, applies)
            missing = _MISSING[rule.model.on_missing]
            judged: dict[Verdict, str] = {True: PASS, False: FAIL, MISSING: missing}
            otherwise: dict[Verdict, str] = {False: NOT_APPLICABLE, MISSING: missing}
            letters = [
                judged.get(check, BROKEN) if mark is True else otherwise.get(mark, BROKEN)
                for mark, check in zip(applies, checks, strict=True)
            ]
            # Conditions that never worked are findings of their own, once, and not one a service.
            if BROKEN in letters and not (
                card.applies.troubles or rule.applies.troubles or rule.check.troubles
            ):
                self._remember(rule, letters, applies, checks)
            yield letters

    def _verdicts(self, expression: Expression, wanted: list[Verdict]) -> list[Verdict]:
        if expression.source.strip() == "true":
            return self._all
        if expression.source not in self._conditions:
            self._conditions[expression.source] = Condition(expression, self._contexts)
        return self._conditions[expression.source].verdicts(self._columns, wanted)

    def _remember(
        self, rule: Rule, letters: list[str], applies: list[Verdict], checks: list[Verdict]
    ) -> None:
        for id, letter, mark, check in zip(self._ids, letters, applies, checks, strict=True):
            if letter == BROKEN:
                broken = check if mark is True else mark
                assert isinstance(broken, Broken)
                self._broke.setdefault(id, {})[rule.index] = broken.message
