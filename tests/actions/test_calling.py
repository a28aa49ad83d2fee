"""One call, and what comes of it: how often, how long, and what is believed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from tests.actions.stage import LAG, FakeClock, Kind, MemoryOperation, Shape, T, Trouble

from lightship.actions.calling import BUDGET, TRIES, Called, Caller
from lightship.actions.vendor import Refs, Retry

KEY = "k" * 32


def done(shape: Shape, faults: Sequence[Kind | None], fresh: bool = True) -> tuple[Called, MemoryOperation]:
    """What comes of a step whose first calls go wrong like this; None for one that goes well."""
    clock = FakeClock()
    wrong = {number: kind for number, kind in enumerate(faults, 1) if kind}
    operation = MemoryOperation("slack.post_message", shape, clock, Trouble(wrong))
    return Caller(clock, random.Random(1)).do(operation, {}, KEY, fresh), operation


def waited(operation: MemoryOperation) -> float:
    return (operation.clock.now() - T).total_seconds()


@pytest.mark.parametrize(
    ("shape", "faults", "outcome", "effects"),
    [
        ("key", [], "done", 1),
        ("key", ["retry"], "done", 1),
        ("key", [None, "retry"], "done", 1),
        ("key", [None, "unknown-before"], "done", 1),
        ("key", [None, "unknown-after"], "done", 1),
        ("key", [None, None, "refused"], "done", 1),
        ("key", ["refused"], "refused", 0),
        ("key", [None, "refused"], "refused", 0),
        ("key", ["retry-tomorrow"], "pending", 0),
        ("key", ["retry"] * TRIES, "pending", 0),
        ("marker", [None, "unknown-after"], "done", 1),
        ("marker", [None, "unknown-after", "retry", "unknown-before"], "done", 1),
        ("marker", [None, "unknown-after", "refused"], "in_doubt", 1),
        ("marker", [None, "unknown-after", "retry-tomorrow"], "pending", 1),
        ("lagging", [None, "unknown-after"], "done", 1),
        ("blind", [], "done", 1),
        ("blind", ["retry"], "done", 1),
        ("blind", ["refused"], "refused", 0),
        ("blind", ["unknown-before"], "in_doubt", 0),
        ("blind", ["unknown-after"], "in_doubt", 1),
        ("blind", ["retry"] * TRIES, "pending", 0),
    ],
)
def test_outcomes(shape: Shape, faults: list[Kind | None], outcome: str, effects: int) -> None:
    called, operation = done(shape, faults)
    assert (called.outcome, len(operation.ever)) == (outcome, effects)
    assert called.detail


def test_what_may_have_been_done_is_never_called_blindly() -> None:
    called, operation = done("blind", [], fresh=False)
    assert (called.outcome, operation.ever) == ("in_doubt", [])


def test_an_index_that_lags_is_waited_for() -> None:
    assert waited(done("lagging", [], fresh=False)[1]) >= 8
    assert waited(done("lagging", [None, "unknown-after"])[1]) >= 8
    assert waited(done("lagging", [])[1]) == 0


def test_a_lag_that_is_longer_than_a_step_is_for_the_next_run() -> None:
    clock = FakeClock()
    operation = MemoryOperation("slack.post_message", "marker", clock, Trouble())
    operation.lag = 90
    called = Caller(clock, random.Random(1)).do(operation, {}, KEY, False)
    assert (called.outcome, operation.trouble.calls) == ("pending", 0)


def test_retry_after_is_obeyed() -> None:
    assert waited(done("key", ["retry-after"])[1]) >= 5
    assert waited(done("key", ["retry-tomorrow"])[1]) == 0


@pytest.mark.parametrize("seed", range(20))
def test_no_step_takes_longer_than_its_time(seed: int) -> None:
    clock = FakeClock()
    operation = MemoryOperation("slack.post_message", "key", clock, Trouble(down=True))
    called = Caller(clock, random.Random(seed)).do(operation, {}, KEY, True)
    assert called.outcome == "pending"
    assert clock.now() - T <= BUDGET
    assert operation.trouble.calls <= TRIES


def test_waits_are_spread() -> None:
    waits = set()
    for seed in range(20):
        clock = FakeClock()
        operation = MemoryOperation("slack.post_message", "key", clock, Trouble({1: "retry"}))
        Caller(clock, random.Random(seed)).do(operation, {}, KEY, True)
        waits.add(clock.now() - T)
    assert len(waits) > 15
    assert max(waits) <= timedelta(seconds=1)


@pytest.mark.parametrize(
    ("there", "faults", "outcome", "detail"),
    [
        (False, [], "done", "it was gone already"),
        (True, [], "done", "taken back, and read back"),
        (True, ["retry"], "done", "taken back, and read back"),
        (True, [None, "unknown-after"], "done", "taken back, and read back"),
        (True, [None, None, "unknown-before"], "done", "taken back, and read back"),
        (True, [None, "refused"], "refused", "403 from the vendor"),
        (True, [None, None, "refused"], "done", "taken back, and read back"),
        (True, ["retry"] * TRIES, "pending", "503 from the vendor"),
    ],
)
def test_taking_back(there: bool, faults: list[Kind | None], outcome: str, detail: str) -> None:
    clock = FakeClock()
    operation = MemoryOperation("aws.grant_access", "state", clock, Trouble())
    caller = Caller(clock, random.Random(1))
    if there:
        caller.do(operation, {}, KEY, True)
    operation.trouble = Trouble({number: kind for number, kind in enumerate(faults, 1) if kind})
    called = caller.undo(operation, {}, KEY, {})
    assert (called.outcome, called.detail) == (outcome, detail)
    assert (operation.there == []) == (outcome == "done")


def test_what_goes_only_slowly_is_looked_at_again() -> None:
    clock = FakeClock()
    operation = MemoryOperation("aws.grant_access", "state", clock, Trouble())
    caller = Caller(clock, random.Random(1))
    caller.do(operation, {}, KEY, True)
    real, asked = operation.undo, []

    def slow(params: dict[str, str], key: str, refs: dict[str, str]) -> object:
        asked.append(clock.now())
        return real(params, key, refs) if len(asked) > 1 else {}

    operation.undo = slow  # type: ignore[method-assign, assignment]
    assert caller.undo(operation, {}, KEY, {}).outcome == "done"
    assert len(asked) == 2


def test_what_cannot_be_read_is_called_and_said_to_be_no_more_than_that() -> None:
    clock = FakeClock()
    operation = MemoryOperation("slack.post_message", "blind", clock, Trouble())
    called = Caller(clock, random.Random(1)).undo(operation, {}, KEY, {})
    assert (called.outcome, called.detail) == ("done", "taken back; the vendor cannot be read")


@pytest.mark.parametrize(("shape", "outcome"), [("key", "done"), ("blind", "in_doubt")])
def test_looking_changes_nothing(shape: Shape, outcome: str) -> None:
    clock = FakeClock()
    operation = MemoryOperation("slack.post_message", shape, clock, Trouble())
    caller = Caller(clock, random.Random(1))
    caller.do(operation, {}, KEY, True)
    assert caller.look(operation, {}, KEY).outcome == outcome
    assert caller.look(operation, {}, "other").outcome == ("refused" if shape == "key" else "in_doubt")
    assert len(operation.ever) == 1


class Watched(MemoryOperation):
    """One that keeps what it is asked with."""

    def __init__(self, shape: Shape, trouble: Trouble | None = None) -> None:
        super().__init__("slack.post_message", shape, FakeClock(), trouble or Trouble())
        self.asked: list[tuple[object, ...]] = []

    def ensure(self, params: Mapping[str, Any], key: str) -> Refs:
        self.asked.append(("ensure", dict(params), key))
        return super().ensure(params, key)

    def probe(self, params: Mapping[str, Any], key: str) -> Refs | None:
        self.asked.append(("probe", dict(params), key))
        return super().probe(params, key)

    def verify(self, params: Mapping[str, Any], key: str) -> bool:
        self.asked.append(("verify", dict(params), key))
        return super().verify(params, key)

    def undo(self, params: Mapping[str, Any], key: str, refs: Refs) -> Refs:
        self.asked.append(("undo", dict(params), key, dict(refs)))
        return super().undo(params, key, refs)


WITH, REFS = {"principal": "ada"}, {"id": "7"}


def test_what_a_vendor_is_asked_with_and_in_which_order() -> None:
    operation = Watched("key")
    caller = Caller(operation.clock, random.Random(1))
    done = caller.do(operation, WITH, KEY, True)
    assert (done.outcome, done.detail, done.refs["principal"]) == ("done", "done", "ada")
    again = caller.do(operation, WITH, KEY, False)
    assert (again.outcome, again.detail, again.refs) == ("done", "it was there already", WITH)
    looked = caller.look(operation, WITH, KEY)
    assert (looked.outcome, looked.detail, looked.refs) == ("done", "it was done", WITH)
    caller.undo(operation, WITH, KEY, REFS)
    probe, verify = ("probe", WITH, KEY), ("verify", WITH, KEY)
    assert operation.asked == [
        *(probe, ("ensure", WITH, KEY), verify),
        *(probe, verify),
        probe,
        *(probe, ("undo", WITH, KEY, REFS), probe),
    ]
    looked = caller.look(operation, WITH, KEY)
    assert (looked.outcome, looked.detail, looked.refs) == ("refused", "it was not done", {})


def test_what_cannot_be_read_is_asked_for_nothing_but_the_deed() -> None:
    operation = Watched("blind")
    caller = Caller(operation.clock, random.Random(1))
    caller.do(operation, WITH, KEY, True)
    caller.undo(operation, WITH, KEY, REFS)
    assert operation.asked == [("ensure", WITH, KEY), ("undo", WITH, KEY, REFS)]
    unknown = "it may have been done, and the vendor cannot be asked"
    for called in (caller.do(operation, WITH, KEY, False), caller.look(operation, WITH, KEY)):
        assert (called.outcome, called.detail) == ("in_doubt", unknown)


@pytest.mark.parametrize(("lag", "outcome"), [(60, "done"), (60.001, "pending")])
def test_a_lag_has_as_much_time_as_the_step(lag: float, outcome: str) -> None:
    operation = MemoryOperation("slack.post_message", "key", FakeClock(), Trouble())
    operation.lag = lag
    caller = Caller(operation.clock, random.Random(1))
    operation.lag = 0
    caller.do(operation, WITH, KEY, True)
    operation.lag = lag
    called = caller.look(operation, WITH, KEY)
    assert called.outcome == outcome
    if outcome == "pending":
        assert called.detail == "the vendor cannot be read back yet"


def test_taking_back_waits_only_for_what_was_never_read_back() -> None:
    for known, waits in ((True, 0.0), (False, LAG)):
        operation = MemoryOperation("slack.post_message", "key", FakeClock(), Trouble())
        operation.lag = LAG
        Caller(operation.clock, random.Random(1)).undo(operation, WITH, KEY, {}, known)
        assert waited(operation) == waits
    operation = MemoryOperation("slack.post_message", "key", FakeClock(), Trouble())
    operation.lag = LAG
    Caller(operation.clock, random.Random(1)).undo(operation, WITH, KEY, {})
    assert waited(operation) == 0


def test_a_look_that_is_refused_says_why() -> None:
    called, _ = done("key", [None, None, *(["refused"] * TRIES)])
    assert (called.outcome, called.detail) == ("pending", "403 from the vendor")


def test_a_deed_that_does_not_show_is_pending_and_says_so() -> None:
    operation = MemoryOperation("slack.post_message", "key", FakeClock(), Trouble())
    operation.verify = lambda params, key: False  # type: ignore[method-assign]
    called = Caller(operation.clock, random.Random(1)).do(operation, WITH, KEY, True)
    assert (called.outcome, called.detail) == ("pending", "it is not yet as it was asked for")
    assert len(operation.ever) == 1


def test_waits_double_and_are_as_long_as_the_vendor_wants_at_least() -> None:
    class Longest(random.Random):
        def uniform(self, a: float, b: float) -> float:
            assert a == 0
            return b

    waits = []
    for after in (None, 5.0):
        clock = FakeClock()
        operation = MemoryOperation("slack.post_message", "key", clock, Trouble())
        seen: list[float] = []

        def busy(
            params: object,
            key: str,
            after: float | None = after,
            seen: list[float] = seen,
            clock: FakeClock = clock,
        ) -> Refs:
            seen.append((clock.now() - T).total_seconds())
            raise Retry("429", after)

        operation.probe = busy  # type: ignore[method-assign, assignment]
        Caller(clock, Longest()).do(operation, WITH, KEY, True)
        waits.append([later - earlier for earlier, later in pairwise(seen)])
    assert waits == [[1, 2, 4, 8, 16], [5, 5, 5, 8, 16]]


def test_what_cannot_be_read_is_in_doubt_also_where_there_is_no_time_to_look_again() -> None:
    operation = MemoryOperation("slack.post_message", "blind", FakeClock(), Trouble({1: "unknown-after"}))
    operation.lag = 90
    called = Caller(operation.clock, random.Random(1)).do(operation, WITH, KEY, True)
    assert (called.outcome, called.detail) == ("in_doubt", "connection reset")
