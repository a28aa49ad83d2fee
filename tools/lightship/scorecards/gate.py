"""The gate: what a change does to the scores, judged by the rules, facts and moment of what it starts from. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lightship.catalog.cache import Cache
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.waiver import Waiver
from lightship.catalog.settings import PATH as SETTINGS
from lightship.expressions import context
from lightship.expressions.scan import EACH, LENGTH, PRESENCE, WHOLE, Path
from lightship.facts.snapshot import Snapshot
from lightship.finding import Severity
from lightship.scorecards import diff
from lightship.scorecards.context import Contexts
from lightship.scorecards.evidence import Evidence
from lightship.scorecards.renames import Pairs, claims, pairs
from lightship.scorecards.rule import Rule, rulebook
from lightship.scorecards.rule_changes import RuleChange, rule_changes
from lightship.scorecards.score import Scores, midnight, score
from lightship.scorecards.touched import touched
from lightship.scorecards.waivers import changed, in_force, refusal

# What a service is, as against what it has: its owner may say so at any time, and the reviewer is told.
_CLASSIFICATION = {("service", name) for name in ("tier", "lifecycle", "type", "tags", "system")}

_FEW = 2000  # services that are judged sooner than looked up


@dataclass(frozen=True, slots=True)
class Told:
    """A change with the values it rests on. `path` is the service's file."""

    change: diff.Change
    evidence_before: str
    evidence: str
    path: str


@dataclass(frozen=True, slots=True)
class WaiverNews:
    """A waiver that the change adds or alters. `refused` says why it does not count, empty where it does."""

    waiver: Waiver
    before: str
    refused: str


@dataclass(frozen=True)
class Gate:
    """Everything a reviewer has to know. `gone` are services (id → what to do) that vanish without being retired."""

    changes: tuple[Told, ...]
    waivers: tuple[WaiverNews, ...]
    ended: tuple[Waiver, ...]
    rule_changes: tuple[RuleChange, ...]
    gone: Mapping[str, str]
    renamed: Mapping[str, str]
    new: tuple[str, ...]
    retired: tuple[str, ...]
    returned: tuple[str, ...]
    settings: tuple[tuple[str, str, str], ...]

    @property
    def regressions(self) -> tuple[Told, ...]:
        """What blocks, beside `gone`."""
        return tuple(told for told in self.changes if told.change.kind in diff.BLOCKING)

    @property
    def blocked(self) -> bool:
        """Whether the change must not be merged as it is."""
        return bool(self.gone or self.regressions)

    def of(self, kind: diff.Kind) -> tuple[Told, ...]:
        """The changes of one kind."""
        return tuple(told for told in self.changes if told.change.kind == kind)


def gate(base: Catalog, head: Catalog, facts: Snapshot, now: datetime, cache: Cache | None = None) -> Gate:
    """Judge the change from `base` to `head` by the base's rules. `now` is aware."""
    return _Comparison(base, head, facts, now, cache).result()


class _Comparison:
    def __init__(
        self, base: Catalog, head: Catalog, facts: Snapshot, now: datetime, cache: Cache | None
    ) -> None:
        self._base, self._head, self._facts, self._now = base, head, facts, now
        self._day = midnight(now).date()
        self._pairs: Pairs = pairs(base.services, head.services)
        book = rulebook(base.scorecards)
        waivers = in_force(head, self._day, base)
        back = [
            old for old, new in self._pairs.same.items() if _retired(base, old) and not _retired(head, new)
        ]
        self._returned = tuple(back)
        alive = [id for id in base.services if not _retired(base, id)]
        self._after = score(head, facts, now, rules=book, waivers=waivers, cache=cache)
        changed = touched(base, head)
        same = {id: raw for id, raw in self._after.raw.items() if id not in changed}
        few = len(changed) < _FEW
        self._before = score(
            base, facts, now, rules=book, only=(*alive, *back), known=same, cache=None if few else cache
        )
        own = rulebook(head.scorecards)
        self._own = self._after
        if own.digest != book.digest:
            self._own = score(head, facts, now, rules=own, waivers=waivers, cache=cache)
        self._old = Contexts(base, facts, midnight(now), book.paths)
        self._new = Contexts(head, facts, midnight(now), book.paths)

    def result(self) -> Gate:
        gone = self._gone()
        changes = tuple(self._told(tuple(self._changes(gone))))
        renamed = {old: new for old, new in self._pairs.same.items() if old != new}
        return Gate(
            changes=changes,
            waivers=tuple(self._waivers()),
            ended=tuple(self._ended()),
            rule_changes=tuple(
                change
                for change in rule_changes(self._after, self._own)
                if ("scorecard", change.scorecard) not in self._head.unreadable
            ),
            gone=gone,
            renamed=renamed,
            new=self._pairs.new,
            retired=tuple(
                old
                for old, new in self._pairs.same.items()
                if _retired(self._head, new) and not _retired(self._base, old)
            ),
            returned=self._returned,
            settings=tuple(_settings(self._base, self._head)),
        )

    def _changes(self, gone: Mapping[str, str]) -> Iterator[diff.Change]:
        before, after = self._before, self._after
        for old, new in self._pairs.same.items():
            if old in before.letters and new in after.letters:
                yield from diff.compared(before, after, old, new, self._reclassified)
        for old in gone:
            yield from diff.deleted(before, old)
        for new in (*self._pairs.new, *(self._pairs.same[old] for old in self._returned)):
            if new in after.letters:
                yield from diff.below_entry(after, new, self._required)

    def _gone(self) -> dict[str, str]:
        """Services that vanish: retired ones may, and of unreadable files the findings speak."""
        found = {}
        claimed = claims(self._head.services)
        for old in self._pairs.gone:
            if _retired(self._base, old) or ("service", old) in self._head.unreadable:
                continue
            claimants = claimed.get(old, ())
            if len(claimants) > 1:
                found[old] = (
                    f"{' and '.join(claimants)} both say `formerly: [{old}]`: only one of them can be it"
                )
            elif claimants:
                found[old] = (
                    f"{claimants[0]} was there before this change and cannot become {old}: "
                    f"keep the file of {old} with `lifecycle: retired`"
                )
            else:
                found[old] = (
                    "keep the file with `lifecycle: retired`; "
                    f"if it was renamed, say `formerly: [{old}]` in its new file"
                )
        return found

    def _reclassified(self, old: str, new: str, rule: Rule) -> bool:
        """Whether the rule stopped to apply for no other reason than what the service says it is."""
        card = next(card for card in self._before.rulebook.cards if card.id == rule.scorecard)
        paths = {
            path for path in (*rule.applies.paths, *card.applies.paths) if path[:2] not in _CLASSIFICATION
        }
        was = self._old.of(self._base.services[old])
        now = self._new.of(self._head.services[new])
        return all(_values(was, path) == _values(now, path) for path in paths)

    def _required(self, service: str, scorecard: str) -> int:
        """The rank at which a new service has to come in, -1 for none."""
        card = self._after.rulebook.card(scorecard)
        if card is None or not card.entry:
            return -1
        values = context(self._new.of(self._head.services[service]))
        # A condition that cannot be evaluated lets nobody through.
        return max(
            (rank for rank, condition in card.entry if condition.evaluate(values) is not False), default=-1
        )

    def _told(self, changes: tuple[diff.Change, ...]) -> Iterator[Told]:
        old = Evidence(self._base, self._facts, self._before, self._now)
        new = Evidence(self._head, self._facts, self._after, self._now)
        for change in changes:
            past = change.old if change.old in self._before.letters else None
            alive = change.service if change.kind != diff.Kind.DELETED else None
            yield Told(
                change=change,
                evidence_before=old.of(past, change.rule, (new, alive) if alive else None) if past else "",
                evidence=new.of(alive, change.rule, (old, past) if past else None)
                if alive
                else "the service is gone",
                path=f"catalog/services/{change.service}.yaml",
            )

    def _waivers(self) -> Iterator[WaiverNews]:
        for waiver in changed(self._head, self._base):
            why = refusal(waiver, self._head, self._day, self._base) or ""
            yield WaiverNews(waiver, _outcome(self._before, waiver, self._pairs), why)

    def _ended(self) -> Iterator[Waiver]:
        """Waivers that counted in the base, and that the head does not hold any more."""
        kept = {(waiver.service, waiver.scorecard, waiver.rule) for waiver in self._head.waivers.values()}
        for key, waiver in self._before.waivers.items():
            if key not in kept:
                yield waiver


def _retired(catalog: Catalog, service: str) -> bool:
    return catalog.services[service].lifecycle == "retired"


def _outcome(before: Scores, waiver: Waiver, matched: Pairs) -> str:
    past = next((old for old, new in matched.same.items() if new == waiver.service), None)
    card = before.rulebook.card(waiver.scorecard)
    if past is None or card is None or past not in before.letters:
        return diff.NEW
    rule = next((rule for rule in card.rules if rule.model.id == waiver.rule), None)
    return str(before.outcome(past, rule)) if rule else diff.NEW


def _values(values: object, path: Path) -> object:
    """What a condition that looks at `path` may learn."""
    step, rest = path[0], path[1:]
    if step == PRESENCE:
        return bool(values)
    if step == LENGTH or path == (EACH,):
        return len(values) if isinstance(values, list | str) else 0
    if step == EACH:
        return [_values(value, rest) for value in values] if isinstance(values, list) else []
    if step == WHOLE:
        return values
    return _values(values.get(step) if isinstance(values, dict) else None, rest)


def _settings(base: Catalog, head: Catalog) -> Iterator[tuple[str, str, str]]:
    """(key, before, after) of every setting that differs, "" for none; of an unreadable file the findings speak."""
    if any(found.path == SETTINGS and found.severity is Severity.ERROR for found in head.findings):
        return
    was, now = (_flat(catalog.settings.model_dump(mode="json")) for catalog in (base, head))
    for key in sorted({*was, *now}):
        if was.get(key) != now.get(key):
            yield key, _written(was.get(key)), _written(now.get(key))


def _written(value: object) -> str:
    return "" if value is None else str(value)


def _flat(data: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in data.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat
