"""What a change of scorecards does: it is never gated, so its effect on every service is told instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lightship.scorecards.rule import Key, Rule, Rulebook
from lightship.scorecards.score import Scores

Effect = tuple[str, str | None, str | None]  # service, before, after


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule (or, with no `rule`, the levels of a scorecard) that was added, removed or changed, and whom it moves.

    `fields` are the keys that differ; `effects` the services whose outcome (or level) does, None where there is none.
    """

    scorecard: str
    rule: str
    change: str
    fields: tuple[str, ...]
    effects: tuple[Effect, ...]


def rule_changes(before: Scores, after: Scores) -> tuple[RuleChange, ...]:
    """The changes between two rulebooks, by their scores of the same catalog."""
    if before.rulebook.digest == after.rulebook.digest:
        return ()
    old, new = _by_key(before.rulebook), _by_key(after.rulebook)
    rows: list[RuleChange] = []
    cards = sorted({key[0] for key in (*old, *new)})
    for card in cards:
        rows.extend(_levels(before, after, card))
        for key in dict.fromkeys(key for key in (*old, *new) if key[0] == card):
            row = _row(before, after, key, old.get(key), new.get(key))
            if row is not None:
                rows.append(row)
    return tuple(rows)


def _by_key(book: Rulebook) -> Mapping[Key, Rule]:
    return {rule.key: rule for rule in book.rules}


def _row(before: Scores, after: Scores, key: Key, old: Rule | None, new: Rule | None) -> RuleChange | None:
    effects = tuple(
        (service, was, now)
        for service in after.letters
        if (was := str(before.outcome(service, old)) if old else None)
        != (now := str(after.outcome(service, new)) if new else None)
    )
    if old is None or new is None:
        return RuleChange(*key, "added" if old is None else "removed", (), effects)
    fields = tuple(
        name for name in type(old.model).model_fields if getattr(old.model, name) != getattr(new.model, name)
    )
    if not fields and not effects:
        return None
    return RuleChange(*key, "changed", fields, effects)


def _levels(before: Scores, after: Scores, id: str) -> Iterator[RuleChange]:
    """A row for the scorecard as a whole, where it was added, removed or changed, or moves anybody's level."""
    old, new = before.rulebook.card(id), after.rulebook.card(id)
    effects = tuple(
        (service, was, now)
        for service in after.letters
        if (was := before.standing(service, old).level if old else None)
        != (now := after.standing(service, new).level if new else None)
    )
    fields: tuple[str, ...] = ()
    if old is not None and new is not None:
        fields = tuple(
            name
            for name in ("levels", "applies_to", "entry")
            if getattr(old.model, name) != getattr(new.model, name)
        )
    change = "added" if old is None else "removed" if new is None else "changed"
    if effects or fields or change != "changed":
        yield RuleChange(id, "", change, fields, effects)
