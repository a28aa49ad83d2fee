"""How an incident of the demo comes about: event by event, each one allowed by the engine and recorded by it. Pure."""

from __future__ import annotations

from datetime import datetime

from lightship.demo.dice import randomness
from lightship.incidents import lifecycle
from lightship.incidents.events import Declared, Event
from lightship.incidents.fold import fold
from lightship.incidents.incident import Incident
from lightship.journal.entry import Actor, Entry


class Telling:
    """One incident, told from its declaration on; every event is checked against what was told before."""

    def __init__(self, seed: int, declared: Declared, actor: Actor, at: datetime, *key: object) -> None:
        self.id = lifecycle.new_id(at, (), randomness(seed, "incident", *key))
        self._seed = seed
        self.entries: list[Entry] = []
        self._record(declared, actor, at)

    @property
    def incident(self) -> Incident:
        """As it stands after the last event."""
        found = fold(self.entries)
        assert found is not None, "an incident begins with its declaration"
        return found

    def tell(self, event: Event, actor: Actor, at: datetime) -> None:
        """Record `event` at the moment `at`, after all that was told. Raises lifecycle.Refused where it is not allowed."""
        at = max(at, self.entries[-1].recorded_at)
        lifecycle.check(self.incident, event, at)
        self._record(event, actor, at)

    def _record(self, event: Event, actor: Actor, at: datetime) -> None:
        # Two entries of one moment are kept apart, and in order, by a millisecond.
        moment = at
        if self.entries and moment <= self.entries[-1].recorded_at:
            moment = self.entries[-1].recorded_at.replace(
                microsecond=self.entries[-1].recorded_at.microsecond + 1000
            )
        rest = randomness(self._seed, self.id, len(self.entries))
        self.entries.append(lifecycle.entry(self.id, event, actor, moment, rest))
