"""The journal as execution sees it: what became of requests, and the one way to write what becomes of them.

What this run writes is known at once, without reading the journal anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from lightship.actions.requests import CLAIM, KINDS, Course, Courses, fold, subject
from lightship.journal.claims import Claim
from lightship.journal.entry import Actor, Entry, new_id

LEASE = timedelta(minutes=10)  # the longest that a run lives: a job is ended then
_TICK = timedelta(milliseconds=1)


class Ref(Protocol):
    """Where entries lie: the journal, or its like in memory."""

    def claim(self, entry: Entry) -> Claim:
        """Write `entry` unless one of its kind and subject is there."""
        ...

    def append(self, entries: Sequence[Entry]) -> object:
        """Write `entries`; they are kept when this returns."""
        ...


class Clock(Protocol):
    """What time it is, and waiting."""

    def now(self) -> datetime:
        """The moment, aware."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True)
class Run:
    """Who executes: `id` names this run in its claims; `living` says of another's whether it may be busy.

    `offline`: its claims count by what lies here alone, until both sides meet.
    """

    id: str
    actor: Actor
    living: Living
    offline: bool = False


class Living(Protocol):
    """Whether a run may still be busy."""

    def __call__(self, run: str, since: datetime, now: datetime) -> bool: ...


def by_lease(run: str, since: datetime, now: datetime) -> bool:
    """Whether the run that claimed at `since` may be busy, where nothing but the time tells."""
    return now < since + LEASE


class Records:
    """What `records` (entries by kind) say, and what is written to `ref` since."""

    def __init__(self, ref: Ref, records: Mapping[str, Iterable[Entry]], run: Run, clock: Clock) -> None:
        self._ref = ref
        self.run = run
        self.clock = clock
        self.written: list[Entry] = []
        self._by_request: dict[str, list[Entry]] = {}
        for kind in KINDS:
            for entry in records.get(kind, ()):
                self._by_request.setdefault(entry.subject.partition("/")[0], []).append(entry)
        self._courses = dict(fold(records).by_id)

    def course(self, request: str) -> Course:
        """What became of `request` so far."""
        return self._courses.get(request) or Course(request)

    @property
    def courses(self) -> Courses:
        """What became of all."""
        return Courses(self._courses)

    def hold(self, request: str, step: str, data: Mapping[str, Any]) -> str:
        """Claim a step, also from a run that died; why this run may not have it, '' where it has."""
        act = self.course(request).step(step)
        if act.state == "claimed" and (busy := self.busy(act.claims[-1])):
            return busy
        found = self.claim(subject(request, step, False, len(act.claims) + 1), data)
        if found.won:
            return ""
        return f"{found.holder.data.get('run', 'another run')} was quicker" if found.holder else found.why

    def busy(self, claim: Entry) -> str:
        """Who is at it just now; '' where `claim` is ours, or its run is over."""
        run = str(claim.data.get("run", ""))
        living = run != self.run.id and self.run.living(run, claim.recorded_at, self.clock.now())
        return f"{run} is at it just now" if living else ""

    def claim(self, about: str, data: Mapping[str, Any]) -> Claim:
        """Claim the subject `about`: no more than one run gets it."""
        entry = self._entry(CLAIM, about, {**data, "offline": True} if self.run.offline else data)
        found = self._ref.claim(entry)
        if found.holder is not None:
            self._take(found.holder)
        if found.won:
            self.written.append(entry)
        return found

    def write(self, kind: str, about: str, data: Mapping[str, Any]) -> Entry:
        """Record it; the entry."""
        entry = self._entry(kind, about, data)
        self._ref.append([entry])
        self._take(entry)
        self.written.append(entry)
        return entry

    def _entry(self, kind: str, about: str, data: Mapping[str, Any]) -> Entry:
        """An entry that comes after all that is known of its subject, whatever our clock says."""
        now = self.clock.now()
        known = self._by_request.get(about.partition("/")[0], ())
        after = max((entry.recorded_at + _TICK for entry in known), default=now)
        at = max(now, after)
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        return Entry(new_id(at), kind, about, at, self.run.actor, {"run": self.run.id, **data})

    def _take(self, entry: Entry) -> None:
        request = entry.subject.partition("/")[0]
        known = self._by_request.setdefault(request, [])
        if all(entry.id != each.id for each in known):
            known.append(entry)
        grouped: dict[str, list[Entry]] = {}
        for each in known:
            grouped.setdefault(each.kind, []).append(each)
        self._courses.update(fold(grouped).by_id)
