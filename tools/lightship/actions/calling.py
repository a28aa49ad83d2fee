"""One step at a vendor: probe, call, read back, and try again where that is safe. Never twice blindly.

Whatever may have happened is probed for before it is called again, late enough for the vendor to know. Waits have full
jitter, of 1 s, doubling; `Retry-After` is obeyed where there is time for it. A step has 60 s and six tries.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from lightship.actions.records import Clock
from lightship.actions.vendor import Operation, Refs, Refused, Retry, Unknown

BUDGET = timedelta(seconds=60)
TRIES = 6


@dataclass(frozen=True, slots=True)
class Called:
    """What came of it. `pending`: nothing certain yet, the next run goes on; `in_doubt`: nobody but a person can tell."""

    outcome: Literal["done", "pending", "in_doubt", "refused"]
    detail: str
    refs: Refs = field(default_factory=dict)


class Caller:
    """Calls with the time that `clock` has, waiting as `dice` say."""

    def __init__(self, clock: Clock, dice: random.Random) -> None:
        self._clock = clock
        self._dice = dice

    def do(self, operation: Operation, params: Mapping[str, Any], key: str, fresh: bool) -> Called:
        """See to it that it is so. `fresh`: nobody can have called before."""
        return self._repeat(operation, _Doing(operation, params, key, not fresh), fresh)

    def look(self, operation: Operation, params: Mapping[str, Any], key: str) -> Called:
        """Whether it was done; calls nothing. `refused`: it was not."""
        return self._repeat(operation, _Looking(operation, params, key), False)

    def undo(
        self, operation: Operation, params: Mapping[str, Any], key: str, refs: Refs, known: bool = True
    ) -> Called:
        """See to it that it is gone, and read that back. Doing it twice does no harm.

        `known`: it was read back after it was done, so that what is not seen now is not there.
        """
        return self._repeat(operation, _Undoing(operation, params, key, refs), known)

    def _repeat(self, operation: Operation, task: _Doing | _Undoing | _Looking, fresh: bool) -> Called:
        end, number = self._clock.now() + BUDGET, 0
        if not fresh and not self._waited(operation.lag, end):
            return Called("pending", "the vendor cannot be read back yet")
        while True:
            wait = self._dice.uniform(0, 2.0**number)
            try:
                done = task()
                if done is not None:
                    return done
                said = "it is not yet as it was asked for"
            except Refused as error:
                return Called("in_doubt" if task.may_have else "refused", str(error))
            except Retry as error:
                said, wait = str(error), max(wait, error.after or 0)
            except Unknown as error:
                said, wait = str(error), max(wait, operation.lag)
            number += 1
            if number == TRIES or not self._waited(wait, end):
                return Called("in_doubt" if task.may_have and not operation.readable else "pending", said)

    def _waited(self, seconds: float, end: datetime) -> bool:
        """Whether there was time to wait."""
        if self._clock.now() + timedelta(seconds=seconds) > end:
            return False
        if seconds:
            self._clock.sleep(seconds)
        return True


@dataclass
class _Doing:
    """One try of doing it. `may_have`: it may have happened already, and nobody has looked since."""

    operation: Operation
    params: Mapping[str, Any]
    key: str
    may_have: bool
    made: Refs | None = None
    was: bool = False

    def __call__(self) -> Called | None:
        if self.made is None:
            if self.may_have and not self.operation.readable:
                return Called("in_doubt", "it may have been done, and the vendor cannot be asked")
            self.made = self.operation.probe(self.params, self.key) if self.operation.readable else None
            self.may_have = False
            self.was = self.made is not None
            if self.made is None:
                self.made = self._ensure()
        # What the vendor said it did is read back, and never done again: its index may be late.
        if self.operation.readable and not self._verified():
            return None
        return Called("done", "it was there already" if self.was else "done", self.made)

    def _ensure(self) -> Refs:
        try:
            return self.operation.ensure(self.params, self.key)
        except Unknown:
            self.may_have = True
            raise

    def _verified(self) -> bool:
        return _settled(lambda: self.operation.verify(self.params, self.key))


@dataclass
class _Undoing:
    """One try of taking it back."""

    operation: Operation
    params: Mapping[str, Any]
    key: str
    refs: Refs
    may_have: bool = False
    called: bool = False

    def __call__(self) -> Called | None:
        if not self.operation.readable:
            self.operation.undo(self.params, self.key, self.refs)
            return Called("done", "taken back; the vendor cannot be read")
        if self.operation.probe(self.params, self.key) is None:
            return Called("done", "taken back, and read back" if self.called else "it was gone already")
        self.called = True
        self.operation.undo(self.params, self.key, self.refs)
        if not _settled(lambda: self.operation.probe(self.params, self.key) is None):
            return None
        return Called("done", "taken back, and read back")


@dataclass
class _Looking:
    """One try of finding out whether it was done."""

    operation: Operation
    params: Mapping[str, Any]
    key: str
    may_have: bool = True

    def __call__(self) -> Called | None:
        if not self.operation.readable:
            return Called("in_doubt", "it may have been done, and the vendor cannot be asked")
        found = self.operation.probe(self.params, self.key)
        return Called("refused", "it was not done") if found is None else Called("done", "it was done", found)


def _settled(look: Callable[[], bool]) -> bool:
    """What looking says; a look that is refused is no reason to take the deed for undone."""
    try:
        return look()
    except Refused as error:
        raise Unknown(str(error)) from error
