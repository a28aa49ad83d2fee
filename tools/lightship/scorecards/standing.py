"""Where a service stands on the ladder of a scorecard, and what keeps it from the next rung."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from lightship.scorecards.outcome import HOLD, NOT_APPLICABLE, WAIVED
from lightship.scorecards.rule import Card, Rule


@dataclass(frozen=True, slots=True)
class Standing:
    """`rank` counts levels from 0, -1 is none; `waivers` is how many the level rests on; `needed` what hinders the next."""

    rank: int
    level: str | None
    next_level: str | None
    waivers: int
    needed: tuple[Rule, ...]
    applies: bool

    @property
    def label(self) -> str:
        """Such as 'gold', 'gold with 2 waivers', 'none', or '-' where the scorecard says nothing of the service."""
        if not self.applies:
            return "-"
        name = self.level or "none"
        return f"{name} with {self.waivers} waiver{'s' if self.waivers > 1 else ''}" if self.waivers else name


def standing(card: Card, letters: str, upcoming: Set[int]) -> Standing:
    """The standing that `letters` (one a rule of the rulebook) mean; rules in `upcoming` hinder nobody yet.

    A level holds when all its rules hold, and those of the levels below.
    """
    if all(letters[rule.index] == NOT_APPLICABLE for rule in card.rules):
        return Standing(-1, None, None, 0, (), False)
    hindering = [
        rule for rule in card.rules if letters[rule.index] not in HOLD and rule.index not in upcoming
    ]
    levels = card.model.levels
    rank = min((rule.rank for rule in hindering), default=len(levels)) - 1
    return Standing(
        rank=rank,
        level=levels[rank].id if rank >= 0 else None,
        next_level=levels[rank + 1].id if rank + 1 < len(levels) else None,
        waivers=sum(letters[rule.index] == WAIVED and rule.rank <= rank for rule in card.rules),
        needed=tuple(rule for rule in hindering if rule.rank == rank + 1),
        applies=True,
    )
