"""No service is in the scope of an initiative."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.unused import lost
from lightship.expressions import Expression, context
from lightship.facts.snapshot import NONE
from lightship.finding import Severity
from lightship.scorecards.context import Contexts
from lightship.scorecards.vocabulary import VARIABLES

SEVERITY = Severity.WARNING
WHY = (
    "An initiative about nothing is done from its first day; most often the condition has a slip of the pen."
)
FIX = "Correct `scope`, or close the initiative."
BAD = """\
# catalog/initiatives/heading.yaml
objective: Every service is ready.
sponsor: ada
scope: service.owner == 'paymentz'
target: { scorecard: ready, level: silver }
starts: 2026-01-01
due: 2026-12-31
"""
GOOD = """\
# catalog/initiatives/heading.yaml
objective: Every service is ready.
sponsor: ada
scope: service.owner == 'payments'
target: { scorecard: ready, level: silver }
starts: 2026-01-01
due: 2026-12-31
"""
_MOST_SCOPES = 20  # that are tried out; nobody follows more goals at once


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Planned and active initiatives whose condition is false for every service that is not retired.

    A condition that looks at facts may hold as soon as something is observed, and is left alone.
    """
    if lost(catalog, "service") or not catalog.services:
        return
    running = [one for one in catalog.initiatives.values() if one.status in ("planned", "active")]
    scopes = list(dict.fromkeys(initiative.scope for initiative in running))[:_MOST_SCOPES]
    empty = {scope for scope in scopes if _empty(catalog, scope, now)}
    for initiative in running:
        if initiative.scope in empty:
            message = "no service is in scope"
            yield Problem(
                initiative.path, ("scope",), message, "correct the condition, or close the initiative"
            )


def _empty(catalog: Catalog, scope: str, now: datetime) -> bool:
    expression = Expression(scope, VARIABLES)
    if expression.troubles:
        return False
    day = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    contexts = Contexts(catalog, NONE, day, expression.paths)
    judged = (service for service in catalog.services.values() if service.lifecycle != "retired")
    return all(expression.evaluate(context(contexts.of(service))) is False for service in judged)
