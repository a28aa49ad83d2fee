"""The rules of all scorecards, compiled: every condition once, with what it looks at and what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lightship.catalog.kinds.scorecard import Rule as RuleModel
from lightship.catalog.kinds.scorecard import Scorecard
from lightship.expressions import Expression, Trouble
from lightship.expressions.scan import WHOLE, Path
from lightship.finding import Finding, Severity
from lightship.scorecards.vocabulary import VARIABLES

Key = tuple[str, str]  # scorecard, rule


@dataclass(frozen=True)
class Rule:
    """A rule of a scorecard. `index` is its place in the rulebook, `rank` that of its level, `facts` the keys it reads."""

    index: int
    scorecard: str
    model: RuleModel
    rank: int
    applies: Expression
    check: Expression
    facts: frozenset[str]

    @property
    def key(self) -> Key:
        """What names the rule among all."""
        return self.scorecard, self.model.id


@dataclass(frozen=True)
class Card:
    """A scorecard with its rules, in the order written."""

    model: Scorecard
    applies: Expression
    rules: tuple[Rule, ...]
    entry: tuple[tuple[int, Expression], ...]

    @property
    def id(self) -> str:
        """The scorecard's id."""
        return self.model.id


@dataclass(frozen=True)
class Rulebook:
    """All scorecards. `digest` changes with any of them; `findings` are their broken conditions, not yet located."""

    cards: tuple[Card, ...]
    rules: tuple[Rule, ...]
    digest: str
    paths: frozenset[Path]
    findings: tuple[Finding, ...]

    def card(self, id: str) -> Card | None:
        """The scorecard `id`."""
        return next((card for card in self.cards if card.id == id), None)


def rulebook(scorecards: Mapping[str, Scorecard]) -> Rulebook:
    """Compile `scorecards`. Nothing raises: a broken condition is a finding, and gives no data."""
    digest = hashlib.sha256()
    compiled: dict[str, Expression] = {}

    def expression(source: str) -> Expression:
        if source not in compiled:
            compiled[source] = Expression(source, VARIABLES)
        return compiled[source]

    cards: list[Card] = []
    rules: list[Rule] = []
    for id, model in sorted(scorecards.items()):
        digest.update(f"{id}\0{model.model_dump_json()}\0".encode())
        ranks = {level.id: rank for rank, level in enumerate(model.levels)}
        own = tuple(
            _rule(len(rules) + at, id, rule, ranks, expression) for at, rule in enumerate(model.rules)
        )
        rules.extend(own)
        entry = tuple(
            (ranks[entry.level], expression(entry.applies_to))
            for entry in model.entry
            if entry.level in ranks
        )
        cards.append(Card(model, expression(model.applies_to), own, entry))
    paths = frozenset(path for each in compiled.values() for path in each.paths)
    findings = tuple(found for card in cards for found in _findings(card.model, compiled))
    return Rulebook(tuple(cards), tuple(rules), digest.hexdigest()[:16], paths, findings)


def _rule(
    index: int,
    scorecard: str,
    model: RuleModel,
    ranks: Mapping[str, int],
    expression: Callable[[str], Expression],
) -> Rule:
    applies, check = expression(model.applies_to), expression(model.check)
    facts = frozenset(path[1] for path in (*applies.paths, *check.paths) if path[0] == "facts")
    # A level that nobody defined is none that anybody may reach: the rule counts for all of them.
    return Rule(index, scorecard, model, ranks.get(model.level, 0), applies, check, facts)


def conditions(scorecard: Scorecard) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(key path, CEL) of every condition of a scorecard."""
    yield ("applies_to",), scorecard.applies_to
    for at, entry in enumerate(scorecard.entry):
        yield ("entry", at, "applies_to"), entry.applies_to
    for at, rule in enumerate(scorecard.rules):
        yield ("rules", at, "applies_to"), rule.applies_to
        yield ("rules", at, "check"), rule.check


def _findings(scorecard: Scorecard, compiled: Mapping[str, Expression]) -> Iterator[Finding]:
    for keys, source in conditions(scorecard):
        if source in compiled:
            for trouble in compiled[source].troubles:
                yield broken(scorecard, keys, trouble)


def broken(scorecard: Scorecard, keys: tuple[str | int, ...], trouble: Trouble) -> Finding:
    """The finding of a condition of `scorecard` that cannot be used."""
    return Finding("expression-invalid", Severity.ERROR, scorecard.path, trouble.message, trouble.fix, keys)


def reads_all_facts(rule: Rule) -> bool:
    """Whether the rule looks at facts whose keys are not written out."""
    return WHOLE in rule.facts
