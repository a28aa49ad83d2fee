"""What a reconcile says, to the letter: of what vendors have, of what cannot be ended, and of itself in its heartbeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from tests.actions import stage
from tests.actions.stage import GRANT, TELL, Stage, T, action, question
from tests.actions.test_reconcile import STANDING, beats, granted

from lightship.actions.reconcile import Guard
from lightship.actions.requests import Course
from lightship.actions.taking import Told
from lightship.actions.vendor import Found, Refs, Unknown
from lightship.errors import CouldNotRun

HOUR = timedelta(hours=1)
USES = "aws.grant_access"


def only(world: Stage) -> Course:
    [course] = world.courses.by_id.values()
    return course


def test_what_is_not_from_here() -> None:
    world = granted(1)
    world.vendors[USES].there.append(stage.Effect("", STANDING, T, "a person"))
    assert world.reconcile() == [Told("", USES, "pending", "zoe was not granted from here; it is left alone")]
    assert beats(world)[-1]["problems"] == ["aws.grant_access: zoe was not granted from here"]


def test_what_cannot_be_listed_keeps_nothing_else_from_being_compared() -> None:
    world = granted(1)
    world.vendors[USES].there.append(stage.Effect("", STANDING, T, "a person"))
    down = world.vendor("github.add_team_member", "state")
    down.trouble = stage.Trouble(down=True)
    world.vendors.update({USES: world.vendors.pop(USES)})  # after the other
    assert world.reconcile() == [
        Told("", "github.add_team_member", "pending", "it cannot be listed: 503 from the vendor"),
        Told("", USES, "pending", "zoe was not granted from here; it is left alone"),
    ]
    assert beats(world)[-1]["problems"] == [
        "aws.grant_access: zoe was not granted from here",
        "listing what github.add_team_member made: 503 from the vendor",
    ]


def test_what_listings_leave_out_is_looked_for_one_by_one() -> None:
    """What is there stops nobody from seeing what is not, whatever their order."""
    world = granted(2)
    vendor = world.vendors[USES]
    vendor.listing = list  # type: ignore[method-assign]
    first, second = world.courses.grants
    vendor.there = vendor.there[:1]
    gone = "somebody took it away at the vendor"
    assert world.reconcile() == [Told(second.request, "grant", "pending", gone)]
    assert beats(world)[-1]["problems"] == [f"{second.request} grant: {gone}"]
    vendor.trouble = stage.Trouble({1: "refused"})
    said = "whether it is still there cannot be told: 403 from the vendor"
    assert world.reconcile() == [
        Told(first.request, "grant", "pending", said),
        Told(second.request, "grant", "pending", gone),
    ]


def test_it_is_looked_for_by_its_own_mark() -> None:
    world = Stage()
    post = {**TELL, "undo": "slack.archive_channel", "critical": True}
    vendor = world.vendor("slack.post_message", "marker")
    world.execute(question(action(post)))
    assert world.reconcile() == []
    vendor.there.clear()
    assert len(world.reconcile()) == 1


@pytest.mark.parametrize(
    ("refs", "ours"),
    [
        ({"principal": "ada"}, True),
        ({"principal": "ada", "other": "x"}, True),
        ({"principal": "zoe"}, False),
        ({"other": "ada"}, False),
        ({}, False),
    ],
)
def test_what_is_listed_is_ours_where_all_that_both_know_is_the_same(refs: Refs, ours: bool) -> None:
    world = granted(1)

    def listing() -> Iterable[Found]:
        return [Found("it", refs)]

    world.vendors[USES].listing = listing  # type: ignore[method-assign]
    assert (world.reconcile() == []) is ours


def test_what_cannot_be_ended_is_told_and_counted_as_a_problem() -> None:
    world = granted(2)
    world.clock.at = T + 3 * HOUR
    vendor, undo = world.vendors[USES], world.vendors[USES].undo

    def failing(params: Mapping[str, Any], key: str, refs: Refs) -> Refs:
        if params["principal"] == "ada":
            raise Unknown("500 from the vendor")
        return undo(params, key, refs)

    vendor.undo = failing  # type: ignore[method-assign]
    first, second = world.courses.grants
    said = "it has to be taken back: 500 from the vendor"
    assert world.reconcile()[:2] == [
        Told(first.request, "grant/undo", "failed", said),
        Told(second.request, "grant/undo", "done", "taken back, and read back"),
    ]
    last = beats(world)[-1]
    assert (last["revoked"], last["grants"]) == (1, 1)
    assert last["problems"] == [f"{first.request} grant: {said}"]


def test_where_it_cannot_even_be_written_down_that_is_told() -> None:
    world = granted(2)
    world.clock.at = T + 3 * HOUR
    first, _ = world.courses.grants
    claim = world.ref.claim

    def full(entry: Any) -> Any:
        if first.request in entry.subject:
            raise CouldNotRun("the disk is full")
        return claim(entry)

    world.ref.claim = full  # type: ignore[method-assign]
    assert world.reconcile()[0] == Told(first.request, "grant/undo", "failed", "the disk is full")
    assert beats(world)[-1]["problems"] == [f"{first.request} grant: the disk is full"]


def test_a_heartbeat_counts_what_was_ended_and_what_is_pending() -> None:
    world = granted(3)
    world.clock.at = T + 2 * HOUR
    world.reconcile()
    assert beats(world)[-1] == {
        "run": f"run-{world.runs}",
        "grants": 0,
        "revoked": 3,
        "pending": 0,
        "problems": [],
        "people": 6,
    }


def test_simulations_that_are_ended_count() -> None:
    world = Stage()
    world.execute(question(action(GRANT)))
    world.clock.at = T + 2 * HOUR
    world.reconcile()
    assert beats(world)[-1]["revoked"] == 1


def test_a_heartbeat_that_says_the_same_comes_after_fifty_minutes_to_the_second() -> None:
    world = granted(2)
    world.reconcile()
    for minutes, count in ((50 - 1 / 60, 1), (50, 2)):
        world.clock.at = T + timedelta(minutes=minutes)
        world.reconcile()
        assert len(beats(world)) == count


def test_what_was_ended_the_last_time_is_no_news() -> None:
    """A heartbeat after one that ended something: only the next hour brings another."""
    world = granted(1)
    world.clock.at = T + 2 * HOUR
    world.reconcile()
    world.clock.at += timedelta(minutes=1)
    world.reconcile()
    assert len(beats(world)) == 1


@pytest.mark.parametrize(
    ("count", "gone", "guard", "kept"),
    [
        (4, {"ada"}, Guard(), False),
        (1, {"ada"}, Guard(), False),  # all there is, and still but one
        (4, {"ada", "bo"}, Guard(share=0.5, shrunk=0.5), False),
        (4, {"ada", "bo"}, Guard(share=0.49, shrunk=0.5), True),
        (4, {"ada", "bo"}, Guard(most=2, share=0.5, shrunk=0.5), False),
        (4, {"ada", "bo"}, Guard(most=1, share=0.5, shrunk=0.5), True),
        (4, {"ada", "eve", "fay"}, Guard(shrunk=0.5), False),
        (4, {"ada", "eve", "fay"}, Guard(shrunk=0.51), True),
    ],
)
def test_how_many_may_leave_at_once(count: int, gone: set[str], guard: Guard, kept: bool) -> None:
    world = granted(count)
    world.reconcile()
    assert world.people is not None
    world.people -= gone
    told = world.reconcile(guard=guard)
    assert (told == []) is kept
    problems = str(beats(world)[-1]["problems"])
    assert ("only what is past its time is ended" in problems) is kept


def test_who_is_one_of_few_is_told_in_words() -> None:
    world = granted(3)
    world.reconcile()
    world.people = frozenset({"bo"})
    world.reconcile(guard=Guard(share=1.0))
    [said] = beats(world)[-1]["problems"]  # type: ignore[misc]
    assert said.startswith("the catalog knows 1 person, and knew 6 the last time: ")
    world.people = frozenset()
    world.reconcile(guard=Guard(most=0))
    [said] = beats(world)[-1]["problems"]  # type: ignore[misc]
    assert said.startswith("3 of 3 grants would end before their time, for their people are gone: ")


def test_a_grant_to_nobody_in_particular_waits_for_its_time() -> None:
    world = granted(1)
    claim = world.ref.entries[0]
    data = {name: value for name, value in claim.data.items() if name != "for"}
    world.ref.entries[0] = type(claim)(claim.id, claim.kind, claim.subject, claim.recorded_at, claim.by, data)
    world.people = frozenset({"bo"})
    assert world.reconcile() == []
