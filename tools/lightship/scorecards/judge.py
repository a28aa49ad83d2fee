"""Evaluates every condition of a rulebook for every service, by the day; what is known for equal input is not judged again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from lightship.catalog.cache import Cache
from lightship.catalog.kinds.service import Service
from lightship.expressions import MISSING, Broken, Expression, Verdict, context
from lightship.scorecards.context import Contexts
from lightship.scorecards.outcome import BROKEN, FAIL, NO_DATA, NOT_APPLICABLE, PASS
from lightship.scorecards.rule import Rule, Rulebook

_FORMAT = 1  # of what is kept
_MISSING = {"no_data": NO_DATA, "fail": FAIL, "not_applicable": NOT_APPLICABLE}
_Slot = tuple[int, Expression] | None  # None: always true


def judge(
    services: Mapping[str, Service], contexts: Contexts, book: Rulebook, day: datetime, cache: Cache | None
) -> Mapping[str, str]:
    """Service → a letter a rule, then `|` and {rule index: message} as JSON where conditions broke."""
    judged = _Judge(book, contexts)
    if cache is None:
        return {id: judged.letters(service) for id, service in services.items()}
    space = f"scores-{_FORMAT}-{book.digest}-{day:%Y%m%d}"
    keys = {id: contexts.digest(service) for id, service in services.items()}
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
    """Evaluates each text of a condition once a service, however many rules share it."""

    def __init__(self, book: Rulebook, contexts: Contexts) -> None:
        self._contexts = contexts
        self._slots: dict[str, int] = {}
        self._cards = [
            (self._slot(card.applies), [self._plan(rule) for rule in card.rules]) for card in book.cards
        ]
        # Conditions that never worked are findings of their own, once, and not one a service.
        self._known_broken = {
            rule.index for rule in book.rules if rule.applies.troubles or rule.check.troubles
        }
        self._known_broken |= {
            rule.index for card in book.cards if card.applies.troubles for rule in card.rules
        }

    def _slot(self, expression: Expression) -> _Slot:
        if expression.source.strip() == "true":
            return None
        return self._slots.setdefault(expression.source, len(self._slots)), expression

    def _plan(self, rule: Rule) -> tuple[int, str, _Slot, _Slot]:
        return rule.index, _MISSING[rule.model.on_missing], self._slot(rule.applies), self._slot(rule.check)

    def letters(self, service: Service) -> str:
        values = context(self._contexts.of(service))
        seen: list[Verdict | None] = [None] * len(self._slots)

        def verdict(slot: _Slot) -> Verdict:
            if slot is None:
                return True
            at, expression = slot
            known = seen[at]
            if known is None:
                known = seen[at] = expression.evaluate(values)
            return known

        letters: list[str] = []
        broke: dict[int, str] = {}
        for applies, rules in self._cards:
            whole = verdict(applies)
            for index, missing, condition, check in rules:
                outcome = verdict(condition) if whole is True else whole
                if outcome is True:
                    outcome = verdict(check)
                    letter = PASS if outcome is True else FAIL
                else:
                    letter = NOT_APPLICABLE
                if outcome is MISSING:
                    letter = missing
                elif isinstance(outcome, Broken):
                    letter = BROKEN
                    broke[index] = outcome.message
                letters.append(letter)
        reported = {index: message for index, message in broke.items() if index not in self._known_broken}
        text = "".join(letters)
        return f"{text}|{json.dumps(reported)}" if reported else text
