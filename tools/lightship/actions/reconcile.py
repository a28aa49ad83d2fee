"""End what is past its time, and hold what we granted against what vendors say.

Ending needs no approval, no catalog and no policy, and one that cannot be ended stops no other. What was not granted
from here is told of, and never touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lightship.actions.calling import Caller
from lightship.actions.records import Records
from lightship.actions.requests import Grant
from lightship.actions.taking import Taking, Told
from lightship.actions.vendor import Found, Operation, VendorError, Vendors
from lightship.errors import LightshipError
from lightship.journal.entry import Entry
from lightship.plain import plural

HEARTBEAT, SUBJECT = "heartbeat", "reconcile"
EVERY = timedelta(minutes=50)  # a heartbeat that says the same is written no more often


@dataclass(frozen=True, slots=True)
class Guard:
    """How many grants may be ended before their time in one run, for their people left; more looks like a broken registry."""

    most: int = 20
    share: float = 0.3  # of all grants
    shrunk: float = 0.7  # of the people that the last run knew: fewer are not believed


class Reconciler:
    """`people` are the ids of all who work here now; None where the catalog does not tell.

    What ends by `at` is ended now already; None, or a moment that is past: what is past its time.
    """

    def __init__(
        self,
        records: Records,
        vendors: Vendors,
        caller: Caller,
        people: Collection[str] | None,
        heartbeats: Sequence[Entry] = (),
        guard: Guard | None = None,
        at: datetime | None = None,
    ) -> None:
        self._records = records
        self._vendors = vendors
        self._taking = Taking(records, vendors, caller)
        self._people = people
        self._last: Mapping[str, Any] = heartbeats[-1].data if heartbeats else {}
        self._last_at = heartbeats[-1].recorded_at if heartbeats else None
        self._guard = guard or Guard()
        self._at = at
        self.problems: list[str] = []
        self.ended = 0
        self._kept = False  # something that is kept because too many people are gone

    def end(self) -> Iterator[Told]:
        """Take back what is past its time, and what people have who left."""
        for grant in self.due():
            try:
                told = self._taking.back(grant)
            except LightshipError as error:
                told = Told(grant.request, f"{grant.step}/undo", "failed", str(error))
            self.ended += told.outcome in ("done", "simulated")
            if told.outcome == "failed":
                self.problems.append(f"{grant.request} {grant.step}: {told.detail}")
            yield told

    def due(self) -> tuple[Grant, ...]:
        """What is to be ended now: all that is past its time, and what leavers have, unless that is suspiciously much."""
        now = self._records.clock.now()
        now = now if self._at is None else max(now, self._at)
        grants = self._records.courses.grants
        expired = [grant for grant in grants if grant.expires_at is not None and grant.expires_at <= now]
        early = [grant for grant in grants if grant not in expired and self._left(grant)]
        if early and (why := self._suspicious(len(early), len(grants))):
            self.problems.append(f"{why}: only what is past its time is ended")
            early, self._kept = [], True
        return (*expired, *early)

    def _left(self, grant: Grant) -> bool:
        return self._people is not None and bool(grant.beneficiary) and grant.beneficiary not in self._people

    def _suspicious(self, early: int, all: int) -> str:
        guard, knew = self._guard, self._last.get("people")
        if early > guard.most or (early > 1 and early > guard.share * all):
            return f"{early} of {plural(all, 'grant')} would end before their time, for their people are gone"
        if self._people is not None and isinstance(knew, int) and len(self._people) < guard.shrunk * knew:
            return f"the catalog knows {plural(len(self._people), 'person', 'people')}, and knew {knew} the last time"
        return ""

    def compare(self) -> Iterator[Told]:
        """What vendors have that we did not grant, and what they lack that we did; nothing is changed."""
        courses = self._records.courses.by_id.values()
        live = [grant for course in courses for grant in course.takeable if grant.act.state == "done"]
        for uses, operation in self._vendors.all():
            mine = [grant for grant in live if grant.uses == uses]
            try:
                there = tuple(operation.listing() or ())
            except VendorError as error:
                self.problems.append(f"listing what {uses} made: {error}")
                yield Told("", uses, "pending", f"it cannot be listed: {error}")
                continue
            for each in there:
                if not any(_is_of(each, grant) for grant in mine):
                    self.problems.append(f"{uses}: {each.label} was not granted from here")
                    yield Told(
                        "", uses, "pending", f"{each.label} was not granted from here; it is left alone"
                    )
            if operation.readable:
                unseen = [grant for grant in mine if not any(_is_of(each, grant) for each in there)]
                yield from self._missed(operation, unseen)

    def _missed(self, operation: Operation, unseen: Sequence[Grant]) -> Iterator[Told]:
        """Which of the grants that no listing showed are not there: each is looked for by itself, since listings have gaps."""
        for grant in unseen:
            try:
                if operation.probe(grant.params, grant.key) is not None:
                    continue
                why = "somebody took it away at the vendor"
            except VendorError as error:
                why = f"whether it is still there cannot be told: {error}"
            self.problems.append(f"{grant.request} {grant.step}: {why}")
            yield Told(grant.request, grant.step, "pending", why)

    def beat(self, pending: int) -> None:
        """Leave a heartbeat: that a run came to its end, and what it saw."""
        data: dict[str, Any] = {
            "grants": len(self._records.courses.grants),
            "revoked": self.ended,
            "pending": pending,
            "problems": sorted(set(self.problems)),
        }
        people = (
            len(self._people) if self._people is not None and not self._kept else self._last.get("people")
        )
        if people is not None:
            data["people"] = people
        same = all(self._last.get(name) == value for name, value in data.items() if name != "revoked")
        now = self._records.clock.now()
        if not same or self._last_at is None or now - self._last_at >= EVERY:
            self._records.write(HEARTBEAT, SUBJECT, data)


def _is_of(found: Found, grant: Grant) -> bool:
    """Whether what the vendor has is what we granted."""
    if found.key:
        return found.key == grant.key
    refs = grant.act.refs
    shared = refs.keys() & found.refs.keys()
    return bool(shared) and all(refs[name] == found.refs[name] for name in shared)
