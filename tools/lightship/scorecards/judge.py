"""Evaluates every condition of a rulebook for every service, by the day; what is known for equal input is not judged again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from lightship.catalog.cache import Cache
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.service import Service
from lightship.expressions import MISSING, Broken, Expression
from lightship.scorecards.condition import Condition
from lightship.scorecards.context import Contexts
from lightship.scorecards.digest import Digests
from lightship.scorecards.outcome import BROKEN, FAIL, NO_DATA, NOT_APPLICABLE, PASS
from lightship.scorecards.rule import Rule, Rulebook

_FORMAT = 1  # of what is kept
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
    judged = _Judge(book, contexts)
    if cache is None:
        return {id: judged.letters(service) for id, service in services.items()}
    space = f"scores-{_FORMAT}-{book.digest}-{day:%Y%m%d}"
    digests = Digests(catalog, contexts)
    keys = {id: digests.of(service) for id, service in services.items()}
    known = cache.get(space, keys.values())
    fresh: dict[str, str] = {}
    found: dict[str, str] = {}
    for id, service in services.items():
        text = known.get(keys[id])
        if text is None:
            text = fresh[keys[id]] = judged.letters(service)
        found[id] = text
    cache.put(space, fresh)
    return found


def broken_by_rule(details: str) -> Mapping[int, str]:
    """What stands behind the `|`."""
    return {int(index): message for index, message in json.loads(details).items()}


class _Judge:
    """Evaluates each text of a condition once, however many rules share it. A condition of None is always true."""

    def __init__(self, book: Rulebook, contexts: Contexts) -> None:
        self._contexts = contexts
        self._conditions: dict[str, Condition] = {}
        self._cards = [
            (self._condition(card.applies), [self._plan(rule) for rule in card.rules]) for card in book.cards
        ]
        # Conditions that never worked are findings of their own, once, and not one a service.
        self._known_broken = {
            rule.index for rule in book.rules if rule.applies.troubles or rule.check.troubles
        }
        self._known_broken |= {
            rule.index for card in book.cards if card.applies.troubles for rule in card.rules
        }

    def _condition(self, expression: Expression) -> Condition | None:
        if expression.source.strip() == "true":
            return None
        if expression.source not in self._conditions:
            self._conditions[expression.source] = Condition(expression, self._contexts)
        return self._conditions[expression.source]

    def _plan(self, rule: Rule) -> tuple[int, str, Condition | None, Condition | None]:
        missing = _MISSING[rule.model.on_missing]
        return rule.index, missing, self._condition(rule.applies), self._condition(rule.check)

    def letters(self, service: Service) -> str:
        letters: list[str] = []
        broke: dict[int, str] = {}
        for applies, rules in self._cards:
            whole = True if applies is None else applies.of(service)
            if whole is False:
                letters.append(NOT_APPLICABLE * len(rules))
                continue
            for index, missing, condition, check in rules:
                outcome = condition.of(service) if condition is not None and whole is True else whole
                letter = NOT_APPLICABLE
                if outcome is True:
                    outcome = True if check is None else check.of(service)
                    letter = PASS if outcome is True else FAIL
                if outcome is MISSING:
                    letter = missing
                elif isinstance(outcome, Broken):
                    letter = BROKEN
                    broke[index] = outcome.message
                letters.append(letter)
        reported = {index: message for index, message in broke.items() if index not in self._known_broken}
        text = "".join(letters)
        return f"{text}|{json.dumps(reported)}" if reported else text
