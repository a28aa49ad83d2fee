"""A condition is not CEL, or names something that does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain

from lightship.actions.vocabulary import TRIGGERS
from lightship.actions.vocabulary import VARIABLES as OF_REQUESTS
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Keys, Problem
from lightship.expressions import Shape, Trouble
from lightship.expressions import check as troubles
from lightship.finding import Severity
from lightship.scorecards.rule import conditions
from lightship.scorecards.vocabulary import VARIABLES

SEVERITY = Severity.ERROR
WHY = "A condition that cannot be evaluated decides nothing: its rule has no data, its scope no services, its policy no approval."
FIX = "Correct the expression; docs/conditions.md lists what it may look at."
BAD = """\
# scorecards/steps.yaml
levels: [{ id: one }]
rules: [{ id: owned, title: Owned, why: So., level: one, check: service.onwer != '', fix: Own it. }]
"""
GOOD = """\
# scorecards/steps.yaml
levels: [{ id: one }]
rules: [{ id: owned, title: Owned, why: So., level: one, check: service.owner != '', fix: Own it. }]
"""

_Condition = tuple[str, Keys, str, Mapping[str, Shape]]  # path, key path, CEL, what it may look at


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """What is wrong with the conditions of scorecards, initiatives, dashboards, actions and policies."""
    known: dict[tuple[str, int], tuple[Trouble, ...]] = {}
    for path, keys, source, variables in chain(_of_services(catalog), _of_requests(catalog)):
        key = source, id(variables)
        if key not in known:
            known[key] = troubles(source, variables)
        for trouble in known[key]:
            yield Problem(path, keys, trouble.message, trouble.fix)


def _of_services(catalog: Catalog) -> Iterator[_Condition]:
    for scorecard in catalog.scorecards.values():
        for keys, source in conditions(scorecard):
            yield scorecard.path, keys, source, VARIABLES
    for initiative in catalog.initiatives.values():
        yield initiative.path, ("scope",), initiative.scope, VARIABLES
    for dashboard in catalog.dashboards.values():
        for at, widget in enumerate(dashboard.widgets):
            yield dashboard.path, ("widgets", at, "scope"), widget.scope, VARIABLES


def _of_requests(catalog: Catalog) -> Iterator[_Condition]:
    for action in catalog.actions.values():
        yield action.path, ("allow",), action.allow, OF_REQUESTS
        for at, trigger in enumerate(action.triggers):
            yield action.path, ("triggers", at, "when"), trigger.when, TRIGGERS
    for policy in catalog.policies.values():
        for at, tier in enumerate(policy.tiers):
            yield policy.path, ("tiers", at, "when"), tier.when, OF_REQUESTS
            if tier.auto_approve is not None:
                yield policy.path, ("tiers", at, "auto_approve"), tier.auto_approve, OF_REQUESTS
