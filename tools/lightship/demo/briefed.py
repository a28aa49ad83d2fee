"""What was known in the first minutes of an incident of the demo, kept with it as the engine would have. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from lightship.demo.breaking import Told
from lightship.demo.culprits import so_far
from lightship.demo.dice import randomness
from lightship.demo.world import World
from lightship.facts.records import Alert, Change, Observed
from lightship.incidents import lifecycle
from lightship.incidents.brief import brief
from lightship.incidents.events import Briefed
from lightship.incidents.fold import fold
from lightship.incidents.incident import Incident
from lightship.incidents.known import Known

_AGO = timedelta(days=120)
_AT_ONCE = timedelta(seconds=1)


def briefed(
    world: World,
    told: Told,
    changes: Iterable[Change],
    alerts: Iterable[Alert],
    incidents: Iterable[Incident],
) -> Told:
    """`told` with the brief of a second after its declaration, from what had happened by then."""
    first = told.entries[0]
    at = first.recorded_at + _AT_ONCE
    subject = fold([first])
    assert subject is not None, "a story begins with its declaration"
    observed = Observed(
        changes=tuple(
            sorted((each for each in changes if each.at <= at), key=lambda each: (each.at, each.id))
        ),
        alerts=tuple(so_far(each, at) for each in alerts if each.at <= at),
    )
    hit = set(subject.services)
    past = (each for each in incidents if at - _AGO < each.declared_at < first.recorded_at)
    near = tuple(each for each in past if each.is_open or hit & set(each.services))
    found = brief(subject, Known(world.catalog, observed, incidents=near), at)
    event = Briefed(brief=dict(found))
    entry = lifecycle.entry(told.id, event, first.by, at, randomness(world.seed, told.id, "brief"))
    return replace(told, entries=(first, entry, *told.entries[1:]))
