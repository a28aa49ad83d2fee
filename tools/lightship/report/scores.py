"""Scores as text, JSON and Markdown: a table of all services, worst first, or one service with its evidence and next step."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from lightship.catalog.catalog import Catalog
from lightship.report.markdown import text as inert
from lightship.scorecards.evidence import Evidence
from lightship.scorecards.outcome import Outcome
from lightship.scorecards.rule import Card, Rule
from lightship.scorecards.score import Scores
from lightship.scorecards.standing import Standing
from lightship.scorecards.vocabulary import NO_TIER

_MARK = {
    Outcome.PASS: "+",
    Outcome.FAIL: "x",
    Outcome.WAIVED: "~",
    Outcome.NO_DATA: "?",
    Outcome.NOT_APPLICABLE: " ",
}


def as_json(scores: Scores, cards: Sequence[Card], services: Sequence[str], evidence: Evidence) -> str:
    """`{"services": {ID: {SCORECARD: {"level", "next_level", "rules": {RULE: {"outcome", "evidence", "fix"}}}}}}`.

    `level` is null for none, `next_level` at the top and where the scorecard does not apply; `fix` is empty where
    there is nothing to mend; `waivers` is how many the level rests on.
    """
    document = {
        service: {card.id: _card_json(scores, card, service, evidence) for card in cards}
        for service in services
    }
    return json.dumps({"services": document}, indent=2, ensure_ascii=False) + "\n"


def _card_json(scores: Scores, card: Card, service: str, evidence: Evidence) -> dict[str, object]:
    standing = scores.standing(service, card)
    rules = {}
    for rule in card.rules:
        outcome = scores.outcome(service, rule)
        rules[rule.model.id] = {
            "outcome": str(outcome),
            "evidence": evidence.of(service, rule),
            "fix": _fix(rule, outcome),
        }
    return {
        "level": standing.level,
        "next_level": standing.next_level,
        "applies": standing.applies,
        "waivers": standing.waivers,
        "rules": rules,
    }


def _fix(rule: Rule, outcome: Outcome) -> str:
    return "" if outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE) else rule.model.fix.strip()


def table(catalog: Catalog, scores: Scores, cards: Sequence[Card]) -> str:
    """Every service and its levels, worst first (more important ones among equals); then how many are on each level."""
    alike: dict[str, tuple[Standing, ...]] = {}
    for id, letters in scores.letters.items():
        if letters not in alike:
            alike[letters] = tuple(scores.standing(id, card) for card in cards)
    ranks = {letters: sum(one.rank for one in row if one.applies) for letters, row in alike.items()}
    labels = {letters: tuple(one.label for one in row) for letters, row in alike.items()}
    rows = []
    for id, letters in scores.letters.items():
        service = catalog.services[id]
        order = (ranks[letters], service.tier or NO_TIER, id)
        rows.append((order, (id, str(service.tier or "-"), service.owner, *labels[letters])))
    cells = [("service", "tier", "owner", *(card.id for card in cards)), *(row for _, row in sorted(rows))]
    line = "  ".join(f"{{:{max(map(len, column))}}}" for column in zip(*cells, strict=True))
    lines = [line.format(*row).rstrip() for row in cells]
    return "\n".join((*lines, "", *_summary(scores, cards, alike))) + "\n"


def _summary(
    scores: Scores, cards: Sequence[Card], alike: Mapping[str, tuple[Standing, ...]]
) -> Iterator[str]:
    many = Counter(scores.letters.values())
    for at, card in enumerate(cards):
        counts: Counter[str] = Counter()
        for letters, count in many.items():
            standing = alike[letters][at]
            counts[(standing.level or "none") if standing.applies else "-"] += count
        levels = [level.id for level in reversed(card.model.levels)]
        told = [f"{counts[name]} {name}" for name in (*levels, "none") if counts[name]]
        told += [f"{counts['-']} not judged"] if counts["-"] else []
        yield f"{card.id}: {', '.join(told) or 'no services'}"


def one(catalog: Catalog, scores: Scores, cards: Sequence[Card], service: str, evidence: Evidence) -> str:
    """One service: its level on each scorecard, every rule with its evidence, and what the next level needs."""
    about = catalog.services[service]
    head = f"{service}: {about.label}, tier {about.tier or 'not set'}, {about.lifecycle}, owner {about.owner}"
    return (
        "\n".join((head, *(line for card in cards for line in _card(scores, card, service, evidence)))) + "\n"
    )


def _card(scores: Scores, card: Card, service: str, evidence: Evidence) -> Iterator[str]:
    standing = scores.standing(service, card)
    if not standing.applies:
        yield f"\n{card.model.label}: does not apply"
        return
    yield f"\n{card.model.label}: {standing.label}"
    for level in card.model.levels:
        for rule in (rule for rule in card.rules if rule.model.level == level.id):
            outcome = scores.outcome(service, rule)
            late = f" (from {rule.model.effective_from})" if rule.index in scores.upcoming else ""
            told = "" if outcome == Outcome.NOT_APPLICABLE else f": {evidence.of(service, rule)}"
            yield f"  {_MARK[outcome]} {level.id:<8} {rule.model.id} {outcome}{late}{told}"
    if standing.next_level:
        yield f"  {standing.next_level} needs:"
        for rule in standing.needed:
            yield f"    {rule.model.title} ({rule.model.id})"
            yield from (f"      {line}".rstrip() for line in rule.model.fix.strip().splitlines())


def markdown(
    catalog: Catalog, scores: Scores, cards: Sequence[Card], services: Sequence[str], evidence: Evidence
) -> str:
    """A table of levels; for a single service also what the next levels need."""
    titles = " | ".join(inert(card.model.label) for card in cards)
    lines = [f"| Service | {titles} |", "|---" * (len(cards) + 1) + "|"]
    for service in services:
        labels = " | ".join(inert(scores.standing(service, card).label) for card in cards)
        lines.append(f"| {inert(catalog.services[service].label)} | {labels} |")
    if len(services) == 1:
        for card in cards:
            lines.extend(_needs(scores, card, services[0], evidence))
    return "\n".join(lines) + "\n"


def _needs(scores: Scores, card: Card, service: str, evidence: Evidence) -> Iterator[str]:
    standing = scores.standing(service, card)
    if standing.needed and standing.next_level:
        yield f"\n#### {inert(card.model.label)}: {inert(standing.next_level)} needs\n"
        for rule in standing.needed:
            yield f"- {inert(rule.model.title)}: {inert(evidence.of(service, rule))}<br>→ {inert(rule.model.fix)}"
