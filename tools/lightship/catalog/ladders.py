"""Every place that names a level or a rule of a scorecard. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Keys

Named = tuple[str, Keys, str, str]  # path of the file, key path in it, scorecard, level or rule


def levels_named(catalog: Catalog) -> Iterator[Named]:
    """Levels that rules, entries and initiatives name."""
    for id, scorecard in catalog.scorecards.items():
        for at, entry in enumerate(scorecard.entry):
            yield scorecard.path, ("entry", at, "level"), id, entry.level
        for at, rule in enumerate(scorecard.rules):
            yield scorecard.path, ("rules", at, "level"), id, rule.level
    for initiative in catalog.initiatives.values():
        if initiative.target is not None:
            target = initiative.target
            yield initiative.path, ("target", "level"), target.scorecard, target.level


def rules_named(catalog: Catalog) -> Iterator[Named]:
    """Rules that waivers and initiatives name."""
    for waiver in catalog.waivers.values():
        yield waiver.path, ("rule",), waiver.scorecard, waiver.rule
    for initiative in catalog.initiatives.values():
        for at, wanted in enumerate(initiative.rules):
            yield initiative.path, ("rules", at, "rule"), wanted.scorecard, wanted.rule
