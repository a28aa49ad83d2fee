"""Taking back what was done: where its time is over, or where the rest of its request went wrong.

It needs no approval and no catalog: the claim holds all of it. Doing it twice does no harm, so nothing that is due
waits for a claim that cannot be had.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lightship.actions import receipts
from lightship.actions.calling import Called, Caller
from lightship.actions.operations import operation
from lightship.actions.records import Records
from lightship.actions.requests import RECEIPT, Grant, subject
from lightship.actions.vendor import Operation, Vendors

Outcome = Literal["done", "simulated", "pending", "in_doubt", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one step in this run."""

    request: str
    step: str
    outcome: Outcome
    detail: str


class Taking:
    """Takes back, writing to `records` what comes of it."""

    def __init__(self, records: Records, vendors: Vendors, caller: Caller) -> None:
        self._records = records
        self._vendors = vendors
        self._caller = caller

    def back(self, grant: Grant) -> Told:
        """Take `grant` back; `done` once the vendor was read and has it no more."""
        if grant.simulated:
            return self._simulated(grant)
        if other := self._shared(grant):
            self._write(grant, "revoked", f"{other.request} goes on with it")
            return self._told(grant, "done", f"ended; {other.request} goes on with it")
        there = self._vendors.find(grant.uses)
        if there is None:
            return self._told(
                grant, "failed", f"it has to be taken back, and {grant.uses} has no credentials here"
            )
        if not grant.undoing.claims:
            # Whoever else is at it does no harm, and a clock that is wrong must not keep anybody from it.
            self._records.claim(subject(grant.request, grant.step, True), receipts.undoing(grant))
        return self._undone(grant, there)

    def _undone(self, grant: Grant, there: Operation) -> Told:
        known = grant.act.state == "done"
        called = self._caller.undo(there, grant.params, grant.key, grant.act.refs, known)
        if called.outcome == "done":
            self._write(grant, "revoked" if there.readable else "done", called.detail)
            return self._told(grant, "done", called.detail)
        if called.outcome == "refused":
            self._write_once(grant, called)
        return self._told(grant, "failed", f"it has to be taken back: {called.detail}")

    def _simulated(self, grant: Grant) -> Told:
        detail = f"{grant.act.intent.get('undo')} would have been called"
        claim = self._records.claim(subject(grant.request, grant.step, True), receipts.undoing(grant))
        if not claim.won and claim.holder is None:
            return self._told(grant, "pending", claim.why)
        self._write(grant, "simulated", detail)
        return self._told(grant, "simulated", detail)

    def _shared(self, grant: Grant) -> Grant | None:
        """Another request that surely has the same, and longer; what carries a mark of its own is never the same."""
        declared = operation(grant.uses)
        if declared is None or declared.idempotency not in ("state", "name"):
            return None
        now = self._records.clock.now()
        return next(
            (
                other
                for other in self._records.courses.grants
                if (other.request, other.step) != (grant.request, grant.step)
                and other.act.state == "done"
                and (other.uses, other.params) == (grant.uses, grant.params)
                and other.expires_at is not None
                and other.expires_at > now
            ),
            None,
        )

    def _write_once(self, grant: Grant, called: Called) -> None:
        if grant.undoing.state != "failed" or grant.undoing.detail != called.detail:
            self._write(grant, "failed", called.detail)

    def _write(self, grant: Grant, outcome: str, detail: str) -> None:
        data = receipts.receipt(outcome, detail, grant.uses, grant.act.refs)
        self._records.write(RECEIPT, subject(grant.request, grant.step, True), data)

    def _told(self, grant: Grant, outcome: Outcome, detail: str) -> Told:
        return Told(grant.request, f"{grant.step}/undo", outcome, detail)
