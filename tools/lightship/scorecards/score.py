"""Scores: what every rule says of every service, and the level that follows. Pure: catalog, facts and `now` in, scores out.

Conditions are judged by the day (midnight UTC of `now`), so that an unchanged service is not judged twice a day;
waivers, the age of facts and the start of rules are applied to that at `now`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lightship.catalog.cache import Cache
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.service import Service
from lightship.expressions import Trouble
from lightship.facts.snapshot import Fact, Snapshot
from lightship.finding import Finding
from lightship.scorecards.context import Contexts
from lightship.scorecards.judge import broken_by_rule, judge
from lightship.scorecards.outcome import BROKEN, FAIL, NO_DATA, OUTCOMES, PASS, WAIVED, Outcome
from lightship.scorecards.rule import Card, Rule, Rulebook, broken, reads_all_facts, rulebook
from lightship.scorecards.standing import Standing, standing
from lightship.scorecards.waivers import Waived, in_force

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Scores:
    """Outcomes of every service that is judged: `letters` holds one a rule, in the order of the rulebook (see `outcome`).

    `raw` is what stood there before waivers and the age of facts. `breakage` says, by service and rule index, which conditions broke. `upcoming` rules hold nobody back yet.
    The same input gives the same scores until `until`, an aware moment.
    """

    rulebook: Rulebook
    day: datetime
    raw: Mapping[str, str]
    letters: Mapping[str, str]
    waivers: Waived
    breakage: Mapping[str, Mapping[int, str]]
    upcoming: frozenset[int]
    until: datetime
    _standings: dict[tuple[str, str], Standing] = field(default_factory=dict, repr=False)

    def outcome(self, service: str, rule: Rule) -> Outcome:
        """What `rule` says of `service`."""
        return OUTCOMES[self.letters[service][rule.index]]

    def standing(self, service: str, card: Card) -> Standing:
        """Where `service` stands on `card`."""
        key = (card.id, self.letters[service])
        known = self._standings.get(key)
        if known is None:
            known = self._standings[key] = standing(card, key[1], self.upcoming)
        return known

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Conditions that are broken, or broke on a service; not yet located."""
        first: dict[int, tuple[str, str, int]] = {}
        for service, rows in self.breakage.items():
            for index, message in rows.items():
                example, text, count = first.get(index, (service, message, 0))
                first[index] = (example, text, count + 1)
        rows_ = (_breakage(self.rulebook, index, *about) for index, about in sorted(first.items()))
        return (*self.rulebook.findings, *rows_)


def _breakage(book: Rulebook, index: int, service: str, message: str, count: int) -> Finding:
    rule = book.rules[index]
    card = next(card for card in book.cards if card.id == rule.scorecard)
    others = f" and {count - 1} more" if count > 1 else ""
    trouble = Trouble(
        f"'{rule.model.id}' breaks on {service}{others}: {message}", f"see `lightship score {service}`"
    )
    return broken(card.model, ("rules", card.rules.index(rule), "check"), trouble)


def midnight(now: datetime) -> datetime:
    """The beginning of the UTC day of `now`."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def score(
    catalog: Catalog,
    facts: Snapshot,
    now: datetime,
    *,
    rules: Rulebook | None = None,
    waivers: Waived | None = None,
    only: Iterable[str] | None = None,
    known: Mapping[str, str] = NOTHING,
    cache: Cache | None = None,
) -> Scores:
    """Judge the services of `catalog` that are not retired, or those of `only` (retired ones too), by `rules`.

    `rules` and `waivers` are the catalog's own where not given; `known` are raw outcomes (`Scores.raw`, of the same
    rules, facts and day) of services that need not be judged again. `now` is aware.
    """
    book = rulebook(catalog.scorecards) if rules is None else rules
    day = midnight(now)
    waived = in_force(catalog, day.date()) if waivers is None else waivers
    services = _services(catalog, only)
    contexts = Contexts(catalog, facts, day, book.paths)
    unknown = {id: service for id, service in services.items() if id not in known}
    judged = judge(catalog, unknown, contexts, book, day, cache)
    raw = {id: known[id] if id in known else judged[id] for id in services}
    letters, breakage = _split(raw)
    until = min(day + timedelta(days=1), _age(letters, services, contexts, book, now))
    for key in waived:
        _waive(letters, *key, book)
    return Scores(book, day, raw, letters, waived, breakage, _upcoming(book, day), until)


def _split(raw: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Mapping[int, str]]]:
    letters: dict[str, str] = {}
    breakage: dict[str, Mapping[int, str]] = {}
    for id, text in raw.items():
        letters[id], _, details = text.partition("|")
        if details:
            breakage[id] = broken_by_rule(details)
    return letters, breakage


def _upcoming(book: Rulebook, day: datetime) -> frozenset[int]:
    starts = ((rule.index, rule.model.effective_from) for rule in book.rules)
    return frozenset(index for index, start in starts if start is not None and start > day.date())


def _services(catalog: Catalog, only: Iterable[str] | None) -> Mapping[str, Service]:
    if only is not None:
        return {id: catalog.services[id] for id in only}
    return {id: service for id, service in catalog.services.items() if service.lifecycle != "retired"}


def _age(
    letters: dict[str, str],
    services: Mapping[str, Service],
    contexts: Contexts,
    book: Rulebook,
    now: datetime,
) -> datetime:
    """Turn what rests on facts that are too old into no data; the moment when the next of them will be."""
    aging = [
        (rule, rule.model.max_age) for rule in book.rules if rule.facts and rule.model.max_age is not None
    ]
    until = datetime.max.replace(tzinfo=UTC)
    if not contexts.world.any_facts or not aging:
        return until
    for id, service in services.items():
        known = contexts.world.facts(service)
        if not known:
            continue
        text = list(letters[id])
        for rule, longest in aging:
            oldest = _oldest(rule, known)
            if oldest is None or longest is None or text[rule.index] not in (PASS, FAIL):
                continue
            if oldest + longest < now:
                text[rule.index] = NO_DATA
            else:
                until = min(until, oldest + longest)
        letters[id] = "".join(text)
    return until


def _oldest(rule: Rule, facts: Mapping[str, Fact]) -> datetime | None:
    keys = facts if reads_all_facts(rule) else rule.facts
    return min((facts[key].observed_at for key in keys if key in facts), default=None)


def _waive(letters: dict[str, str], service: str, scorecard: str, id: str, book: Rulebook) -> None:
    text = letters.get(service)
    card = book.card(scorecard)
    if text is None or card is None:
        return
    for rule in card.rules:
        if rule.model.id == id and text[rule.index] in (FAIL, NO_DATA, BROKEN):
            letters[service] = text[: rule.index] + WAIVED + text[rule.index + 1 :]
