"""One call, and what comes of it: how often, how long, and what is believed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from tests.actions.stage import FakeClock, Kind, MemoryOperation, Shape, T, Trouble

from lightship.actions.calling import BUDGET, TRIES, Called, Caller

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
