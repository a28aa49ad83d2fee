"""How services stand on scorecards: levels, the next step, every rule with its evidence; made once where shared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from markupsafe import Markup, escape

from lightship.portal.pieces import Pieces, ladder
from lightship.portal.words import plural
from lightship.scorecards.evidence import Evidence
from lightship.scorecards.outcome import Outcome
from lightship.scorecards.rule import Card, Rule
from lightship.scorecards.score import Scores

WORDS = {
    "pass": "pass",
    "fail": "fail",
    "waived": "waived",
    "no_data": "no data",
    "not_applicable": "does not apply",
}
_URGENT = {Outcome.FAIL: 0, Outcome.NO_DATA: 1, Outcome.WAIVED: 2, Outcome.PASS: 3, Outcome.NOT_APPLICABLE: 4}


@dataclass(frozen=True)
class Standing:
    """Where a service stands on one scorecard; `rank` is the number of rungs climbed, `needed` what the next one asks."""

    card: Card
    rank: int
    waived: int
    next_level: str
    needed: tuple[Rule, ...]
    outcomes: tuple[tuple[Rule, Outcome], ...]

    @property
    def rungs(self) -> int:
        """Rungs of the ladder."""
        return len(self.card.model.levels)

    @property
    def level(self) -> str:
        """The level's name."""
        level = self.card.model.levels[self.rank - 1] if self.rank else None
        return (level.name or level.id) if level else "No level yet"

    @cached_property
    def ladder(self) -> Markup:
        """The level, drawn; waivers are said apart."""
        word = f"{self.level} ({plural(self.waived, 'waiver')})" if self.waived else self.level
        return ladder(self.rank, self.rungs, word)

    @cached_property
    def fails(self) -> int:
        """How many rules fail."""
        return sum(outcome is Outcome.FAIL for _, outcome in self.outcomes)

    @property
    def share(self) -> float:
        """How much of the ladder is climbed, 0 to 1."""
        return self.rank / self.rungs


class Standings:
    """Standings of every service that is judged. `pieces` are those of entity pages."""

    def __init__(self, scores: Scores, evidence: Evidence, pieces: Pieces) -> None:
        self.scores = scores
        self._evidence = evidence
        self._pieces = pieces
        self._alike: dict[str, tuple[Standing, ...]] = {}
        self._row = lru_cache(maxsize=20_000)(self._made_row)
        self._frame = lru_cache(maxsize=None)(self._made_frame)

    def of(self, service: str) -> tuple[Standing, ...]:
        """One standing a scorecard that applies; none for a service that is not judged."""
        letters = self.scores.letters.get(service)
        if letters is None:
            return ()
        if letters not in self._alike:
            found = (self._standing(service, card) for card in self.scores.rulebook.cards)
            self._alike[letters] = tuple(each for each in found if each is not None)
        return self._alike[letters]

    def _standing(self, service: str, card: Card) -> Standing | None:
        known = self.scores.standing(service, card)
        if not known.applies:
            return None
        levels = card.model.levels
        above = levels[known.rank + 1] if known.rank + 1 < len(levels) else None
        outcomes = [(rule, self.scores.outcome(service, rule)) for rule in card.rules]
        urgency = {rule.index: _URGENT[outcome] for rule, outcome in outcomes}
        return Standing(
            card,
            known.rank + 1,
            known.waivers,
            (above.name or above.id) if above else "",
            tuple(sorted(known.needed, key=lambda rule: urgency[rule.index])),
            tuple(sorted(outcomes, key=lambda pair: (urgency[pair[0].index], pair[0].rank))),
        )

    def next_step(self, service: str) -> tuple[Standing, Rule, Outcome] | None:
        """What to do first: a rule that fails before one without data, on the ladder that is climbed least."""
        steps = [
            (self.scores.outcome(service, each.needed[0]), each) for each in self.of(service) if each.needed
        ]
        if not steps:
            return None
        outcome, standing = min(steps, key=lambda step: (_URGENT[step[0]], step[1].share))
        return standing, standing.needed[0], outcome

    def rows(self, service: str, standing: Standing) -> tuple[Markup, Markup, int]:
        """Every rule as a list item: those to do or waived, those that pass; and how many pass."""
        shown: list[str] = []
        passed: list[str] = []
        for rule, outcome in standing.outcomes:
            if outcome is not Outcome.NOT_APPLICABLE:
                row = self._row(rule.index, outcome, self._evidence.of(service, rule))
                (passed if outcome is Outcome.PASS else shown).append(row)
        return Markup("".join(shown)), Markup("".join(passed)), len(passed)

    def _made_row(self, index: int, outcome: Outcome, evidence: str) -> str:
        head, tail = self._frame(index, outcome)
        return f"{head}{escape(evidence)}{tail}"

    def _made_frame(self, index: int, outcome: Outcome) -> tuple[str, str]:
        """What stands around the evidence of a rule."""
        rule = self.scores.rulebook.rules[index]
        level = next((each for each in self.scores.rulebook.cards if each.id == rule.scorecard), None)
        name = level.model.levels[rule.rank].name if level else None
        href = f"{self._pieces.href('scorecard', rule.scorecard)}#{rule.model.id}"
        fix = prose(rule.model.fix) if outcome is Outcome.FAIL else Markup()
        head = (
            f'<li><span class="s {outcome.value}">{WORDS[outcome.value]}</span><div>'
            f'<a href="{escape(href)}">{escape(rule.model.title)}</a>{fix}<p class="small soft">'
        )
        return head, f'</p></div><span class="tag">{escape(name or rule.model.level)}</span></li>'

    def worst_first(self) -> Iterator[tuple[str, tuple[Standing, ...]]]:
        """Judged services with their standings, those with the least of their ladders first."""
        judged = [(service, self.of(service)) for service in self.scores.letters]
        judged.sort(
            key=lambda pair: (sum(each.share for each in pair[1]) / len(pair[1]) if pair[1] else 2, pair[0])
        )
        return iter(judged)


@lru_cache(maxsize=4096)
def prose(text: str) -> Markup:
    """Plain text as paragraphs; blocks indented by four spaces become code."""
    parts: list[Markup] = []
    for code, lines in _blocks(text):
        if code:
            parts.append(
                Markup('<pre class="copy"><code>{}</code></pre>').format("\n".join(lines).strip("\n"))
            )
        elif words := "\n".join(lines).strip("\n"):
            parts.append(Markup('<p class="ls-text">{}</p>').format(words))
    return Markup().join(parts)


def _blocks(text: str) -> Iterator[tuple[bool, list[str]]]:
    code, lines = False, list[str]()
    for line in text.splitlines():
        indented = line.startswith("    ") or (code and not line.strip())
        if indented != code and line.strip():
            if any(each.strip() for each in lines):
                yield code, lines
            code, lines = indented, []
        lines.append(line[4:] if code else line)
    if any(each.strip() for each in lines):
        yield code, lines
