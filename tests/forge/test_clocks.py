"""Whose clock is wrong, by what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from tests.forge.world import World

from lightship.forge.clocks import behind
from lightship.journal.entry import Actor, Entry, new_id

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
AHEAD, FAR = timedelta(minutes=3), timedelta(days=400)


def recorded(*told: tuple[str, str, timedelta]) -> Mapping[str, tuple[Entry, ...]]:
    """Entries (kind, who, how long from now) by kind, in order."""
    entries = [
        Entry(new_id(NOW + after), kind, "x", NOW + after, Actor(who, who, True), {})
        for kind, who, after in told
    ]
    kinds = {entry.kind for entry in entries}
    return {
        kind: tuple(sorted((each for each in entries if each.kind == kind), key=lambda each: each.id))
        for kind in kinds
    }


@pytest.mark.parametrize(
    "told",
    [
        (),
        (("a", "ada", -AHEAD),),
        (("a", "ada", timedelta(seconds=120)),),
        (("a", "ada", -AHEAD), ("a", "ben", FAR)),
        (("a", "ada", -AHEAD), ("b", "ben", FAR), ("c", "ben", FAR)),
    ],
)
def test_the_clock_is_right_enough(told: tuple[tuple[str, str, timedelta], ...]) -> None:
    """One who recorded in a year to come has a clock that is wrong, and stops nobody for a year."""
    assert behind(recorded(*told), NOW) == ""


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ((("a", "ada", timedelta(seconds=121)),), 121),
        ((("a", "ada", -AHEAD), ("b", "ada", AHEAD)), 180),
        ((("a", "ada", AHEAD), ("b", "ben", AHEAD), ("b", "cy", -AHEAD)), 180),
        ((("a", "ada", FAR), ("a", "ben", AHEAD)), 180),
    ],
)
def test_the_clock_is_behind(told: tuple[tuple[str, str, timedelta], ...], seconds: int) -> None:
    assert behind(recorded(*told), NOW).startswith(f"this machine's clock is {seconds} s behind")


def test_the_local_forge_goes_by_what_was_recorded(world: World) -> None:
    world.ask()
    forge = world.requests.forge
    assert forge.held(world.now) == ""
    assert "clock" in forge.held(world.now - timedelta(days=1))
    world.now += FAR
    world.record("note", "x", "eve", {})
    assert world.requests.forge.held(world.now - FAR) == ""
