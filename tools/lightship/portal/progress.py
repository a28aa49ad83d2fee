"""How far initiatives are: which services are in scope, which are done, and what the others still miss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lightship.catalog.kinds.initiative import Initiative, Milestone
from lightship.scorecards.outcome import Outcome
from lightship.scorecards.rule import Card, Rule
from lightship.scorecards.score import Scores

_HELD = (Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Progress:
    """`remaining`: the services that are not done, each with the rules that it misses. Unknown rules are left out."""

    initiative: Initiative
    done: tuple[str, ...]
    remaining: Mapping[str, tuple[Rule, ...]]

    @property
    def count(self) -> int:
        """Services in scope."""
        return len(self.done) + len(self.remaining)

    @property
    def percent(self) -> int:
        """Share that is done, rounded down."""
        return 100 * len(self.done) // self.count if self.count else 0

    def next(self, today: date) -> Milestone | None:
        """The first milestone that is not reached yet, by day."""
        ahead = sorted(self.initiative.milestones, key=lambda each: each.due)
        return next((each for each in ahead if (each.percent or 100) > self.percent), None)

    def behind(self, today: date) -> bool:
        """Whether a milestone, or the whole, was due and is not reached."""
        if self.initiative.status not in ("active", "planned"):
            return False
        late = self.initiative.due < today and self.percent < 100
        return late or any(
            each.due < today and (each.percent or 100) > self.percent for each in self.initiative.milestones
        )


def progress(initiative: Initiative, scores: Scores, services: Iterable[str]) -> Progress:
    """How far `initiative` is for `services`, those in its scope."""
    cards = {card.id: card for card in scores.rulebook.cards}
    wanted = {(each.scorecard, each.rule) for each in initiative.rules}
    rules = [rule for rule in scores.rulebook.rules if rule.key in wanted]
    target = cards.get(initiative.target.scorecard) if initiative.target else None
    if target and initiative.target:
        rules += _up_to(target, initiative.target.level)
    done: list[str] = []
    remaining: dict[str, tuple[Rule, ...]] = {}
    for service in services:
        missing = tuple(dict.fromkeys(rule for rule in rules if scores.outcome(service, rule) not in _HELD))
        if missing:
            remaining[service] = missing
        elif target is None or scores.standing(service, target).applies:
            done.append(service)
    return Progress(initiative, tuple(done), remaining)


def _up_to(card: Card, level: str) -> list[Rule]:
    ranks = {each.id: rank for rank, each in enumerate(card.model.levels)}
    return [rule for rule in card.rules if rule.rank <= ranks.get(level, -1)]
