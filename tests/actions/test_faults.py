"""A fault at call 1, 2, … until a run comes through, of every kind, at every shape of vendor: nothing doubled, nothing lost.

Calls are those of the vendor and of the journal alike, so that a kill falls on every boundary between the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.actions import stage
from tests.actions.stage import (
    GRANT,
    KINDS,
    OPEN,
    TELL,
    Killed,
    Kind,
    MemoryOperation,
    Shape,
    Stage,
    action,
    question,
)

from lightship.actions.question import Question
from lightship.actions.requests import RESOLVED
from lightship.actions.taking import Told

SHAPES: tuple[Shape, ...] = ("key", "marker", "lagging", "state", "blind")
MOST = 60


def dead(run: str, since: object, now: object) -> bool:
    """No other run lives: as on one machine, where a process that is gone is known to be."""
    return False


def play(shape: Shape, faults: Mapping[int, Kind]) -> tuple[Stage, MemoryOperation, Question]:
    """A request of one step at a vendor of `shape`, with `faults`, until nothing changes any more; how many runs it took."""
    world = Stage(living=dead)
    world.trouble.at = faults
    vendor = world.vendor("slack.create_channel", shape)
    asked = question(action(OPEN, expires="2h"))
    for _ in range(3):
        run(world, asked)
        if world.course(asked.request.id).ended is not None:
            break
        world.clock.at += timedelta(minutes=1)
    return world, vendor, asked


def run(world: Stage, asked: Question) -> Sequence[Told]:
    try:
        return world.execute(asked)
    except Killed:
        return ()


def judge(world: Stage, vendor: MemoryOperation, asked: Question, kind: Kind) -> None:
    """One effect, and the journal says so; or none, and it says that; or nobody can tell, and a person is asked."""
    act = world.course(asked.request.id).step("open")
    if act.state == "in_doubt":
        assert vendor.shape == "blind" or kind == "refused"
        assert len(vendor.ever) <= 1
        resolve(world, asked, bool(vendor.ever))
        run(world, asked)
        act = world.course(asked.request.id).step("open")
    if act.state == "refused":
        assert kind == "refused"
        assert vendor.ever == []
    else:
        assert act.state == "done", (kind, world.ref.entries)
        assert len(vendor.ever) == 1
    assert world.course(asked.request.id).ended is not None
    calls, entries = world.trouble.calls, len(world.ref.entries)
    assert world.execute(asked) == []
    assert (world.trouble.calls, len(world.ref.entries)) == (calls, entries)


def resolve(world: Stage, asked: Question, done: bool) -> None:
    records = world.records()
    data = {"outcome": "done" if done else "not-done", "reason": "looked"}
    world.trouble.at = {}
    records.write(RESOLVED, f"{asked.request.id}/open", data)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_one_fault(shape: Shape, kind: Kind) -> None:
    for number in range(1, MOST):
        world, vendor, asked = play(shape, {number: kind})
        if not world.trouble.met:
            assert number > 4
            return
        judge(world, vendor, asked, kind)
    raise AssertionError("no run came through")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("first", ["killed-before", "killed-after", "unknown-after"])
@pytest.mark.parametrize("second", ["killed-before", "killed-after", "unknown-after", "retry"])
def test_two_faults(shape: Shape, first: Kind, second: Kind) -> None:
    """Also a run that is killed after another one was: two runs later all is well."""
    for number in range(1, MOST):
        for further in (1, 2, 3, 5, 8):
            world, vendor, asked = play(shape, {number: first, number + further: second})
            judge(world, vendor, asked, second)
        if not world.trouble.met:
            return
    raise AssertionError("no run came through")


@pytest.mark.parametrize("kind", KINDS)
def test_the_end_of_a_grant(kind: Kind) -> None:
    """Ended once, read back, and said to be only then; at every fault."""
    for number in range(1, MOST):
        world = Stage(living=dead)
        vendor = world.vendor("aws.grant_access", "state")
        asked = question(action(GRANT))
        world.execute(asked)
        world.clock.at += timedelta(hours=2)
        world.trouble.calls, world.trouble.at = 0, {number: kind}
        told = end(world)
        claimed = world.course(asked.request.id).undoing("grant").state
        assert (claimed == "revoked") <= (vendor.there == [])
        if not world.trouble.met:
            return
        if vendor.there:
            assert not told or told[0].outcome in ("failed", "pending")
        for _ in range(2):
            world.clock.at += timedelta(hours=1)
            end(world)
        assert vendor.there == []
        assert world.course(asked.request.id).undoing("grant").state == "revoked"
        assert len(vendor.ever) == len(vendor.taken) == 1
        world.clock.at += timedelta(minutes=5)
        before = len(world.ref.entries)
        assert world.reconcile() == []
        assert len(world.ref.entries) <= before + 1  # a heartbeat, where problems are over
    raise AssertionError("no run came through")


def end(world: Stage) -> Sequence[Told]:
    try:
        return world.reconcile()
    except Killed:
        return ()


@pytest.mark.parametrize("kind", KINDS)
def test_several_steps(kind: Kind) -> None:
    """Three steps at three vendors: each at most once, and what is taken back is taken back."""
    steps: tuple[Mapping[str, Any], ...] = (OPEN, TELL, GRANT)
    for number in range(1, MOST):
        world = Stage(living=dead)
        shapes: Mapping[str, Shape] = {
            "slack.create_channel": "key",
            "slack.post_message": "lagging",
            "aws.grant_access": "state",
        }
        vendors = [world.vendor(uses, shape) for uses, shape in shapes.items()]
        world.trouble.at = {number: kind}
        asked = question(action(*steps))
        for _ in range(4):
            run(world, asked)
            world.clock.at += timedelta(minutes=1)
        assert all(len(vendor.ever) <= 1 for vendor in vendors)
        course = world.course(asked.request.id)
        assert course.ended is not None
        if course.outcome == "done":
            assert vendors[0].there and vendors[2].there
        else:
            assert kind == "refused"
            assert not vendors[0].there and not vendors[2].there
        if not world.trouble.met:
            return
    raise AssertionError("no run came through")


def test_a_lag_is_waited_for() -> None:
    """A vendor whose index is late is asked again only once it must know."""
    world, vendor, asked = play("lagging", {3: "unknown-after"})
    assert len(vendor.ever) == 1
    assert world.clock.at >= stage.T + timedelta(seconds=stage.LAG)
    assert world.course(asked.request.id).outcome == "done"
