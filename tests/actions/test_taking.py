"""Taking back: what is said of it and written, to the letter, and what the vendor is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from tests.actions import stage
from tests.actions.stage import GRANT, LAG, OPEN, TELL, Stage, T, action, question

from lightship.actions.question import Question
from lightship.actions.taking import Told

HOUR = timedelta(hours=1)
POST = {**TELL, "undo": "slack.archive_channel", "critical": True}


def granted(step: Mapping[str, object] = GRANT, shape: stage.Shape = "state") -> tuple[Stage, Question]:
    """A step that is done, and whose time is over."""
    world, asked = Stage(), question(action(step))
    world.vendor(str(step["uses"]), shape)
    world.execute(asked)
    world.clock.at = T + 3 * HOUR
    return world, asked


def written(world: Stage) -> list[tuple[str, str, dict[str, object]]]:
    """What was written of undoing, without the runs' names."""
    return [
        (entry.kind, entry.subject.partition("/")[2], {k: v for k, v in entry.data.items() if k != "run"})
        for entry in world.ref.entries
        if entry.subject.endswith("/undo")
    ]


def test_a_claim_and_what_was_read_back() -> None:
    world, asked = granted()
    [told] = world.reconcile()
    assert told == Told(asked.request.id, "grant/undo", "done", "taken back, and read back")
    key = world.course(asked.request.id).step("grant").intent["key"]
    assert written(world) == [
        ("claim", "grant/undo", {"key": key, "uses": "aws.revoke_access"}),
        (
            "receipt",
            "grant/undo",
            {"outcome": "revoked", "detail": "taken back, and read back", "refs": {"principal": "ada"}},
        ),
    ]


def test_the_vendor_is_asked_with_what_was_granted() -> None:
    world, asked = granted()
    vendor, seen = world.vendors["aws.grant_access"], []
    undo = vendor.undo

    def watched(params: Mapping[str, str], key: str, refs: Mapping[str, str]) -> object:
        seen.append((dict(params), key, dict(refs)))
        return undo(params, key, refs)

    vendor.undo = watched  # type: ignore[method-assign, assignment]
    world.reconcile()
    intent = world.course(asked.request.id).step("grant").intent
    assert seen == [(intent["with"], intent["key"], {"principal": "ada"})]


def test_what_cannot_be_read_is_said_to_be_done_and_no_more() -> None:
    world, asked = granted(POST, "blind")
    vendor, seen = world.vendors["slack.post_message"], []
    vendor.undo = lambda params, key, refs: seen.append((key, refs)) or {}  # type: ignore[method-assign, func-returns-value]
    detail = "taken back; the vendor cannot be read"
    assert world.reconcile() == [Told(asked.request.id, "tell/undo", "done", detail)]
    assert seen == [(world.course(asked.request.id).step("tell").intent["key"], {})]
    assert written(world)[-1] == ("receipt", "tell/undo", {"outcome": "done", "detail": detail})
    assert world.reconcile() == []


def test_a_simulation_is_ended_by_saying_what_would_have_been_called() -> None:
    world, asked = Stage(), question(action(GRANT))
    world.execute(asked)
    world.clock.at = T + 3 * HOUR
    detail = "aws.revoke_access would have been called"
    assert world.reconcile() == [Told(asked.request.id, "grant/undo", "simulated", detail)]
    key = world.course(asked.request.id).step("grant").intent["key"]
    assert written(world) == [
        ("claim", "grant/undo", {"key": key, "uses": "aws.revoke_access", "simulated": True}),
        ("receipt", "grant/undo", {"outcome": "simulated", "detail": detail}),
    ]


def test_a_simulation_that_nobody_can_claim_says_why() -> None:
    world, asked = Stage(), question(action(GRANT))
    world.execute(asked)
    world.clock.at = T + 3 * HOUR
    world.ref.trouble = stage.Trouble({1: "retry"})
    assert world.reconcile() == [
        Told(asked.request.id, "grant/undo", "pending", "the remote does not answer")
    ]


def test_a_simulation_that_a_run_died_over_is_ended_by_the_next() -> None:
    world, asked = Stage(), question(action(GRANT))
    world.execute(asked)
    world.clock.at = T + 3 * HOUR
    world.ref.trouble = stage.Trouble({1: "killed-after"})
    with pytest.raises(stage.Killed):
        world.reconcile()
    assert [each.outcome for each in world.reconcile()] == ["simulated"]
    assert world.course(asked.request.id).undoing("grant").state == "simulated"


def test_what_has_to_be_taken_back_and_cannot_says_so() -> None:
    world, asked = granted()
    vendor = world.vendors.pop("aws.grant_access")
    lacks = "it has to be taken back, and aws.grant_access has no credentials here"
    assert world.reconcile() == [Told(asked.request.id, "grant/undo", "failed", lacks)]
    assert written(world) == []
    world.vendors["aws.grant_access"] = vendor
    vendor.trouble = stage.Trouble(down=True)
    [told, *_] = world.reconcile()
    assert told == Told(
        asked.request.id, "grant/undo", "failed", "it has to be taken back: 503 from the vendor"
    )
    assert [kind for kind, _, _ in written(world)] == ["claim"]


def test_a_refusal_that_says_something_else_is_recorded_anew() -> None:
    world, _ = granted()
    vendor = world.vendors["aws.grant_access"]
    for said in ("403", "403", "404"):

        def refuse(*_: object, said: str = said) -> object:
            raise stage.Refused(said)

        vendor.undo = refuse  # type: ignore[method-assign, assignment]
        world.reconcile()
    assert [data["detail"] for kind, _, data in written(world) if kind == "receipt"] == ["403", "404"]


def test_what_goes_on_with_another_request_is_said_and_not_called() -> None:
    world, asked = Stage(), question(action(GRANT))
    vendor = world.vendor("aws.grant_access", "state")
    second = question(action(GRANT), T + HOUR, 1)
    world.execute(asked)
    world.clock.at = T + HOUR
    world.execute(second)
    world.clock.at = T + 2 * HOUR
    other = second.request.id
    assert world.reconcile() == [
        Told(asked.request.id, "grant/undo", "done", f"ended; {other} goes on with it")
    ]
    assert written(world) == [
        (
            "receipt",
            "grant/undo",
            {"outcome": "revoked", "detail": f"{other} goes on with it", "refs": {"principal": "ada"}},
        )
    ]
    assert vendor.taken == []


def test_two_that_end_at_once_are_handed_over_to_nobody() -> None:
    world = Stage()
    vendor = world.vendor("aws.grant_access", "state")
    world.execute(question(action(GRANT)), question(action(GRANT), T, 1))
    world.clock.at = T + 2 * HOUR
    assert [each.detail for each in world.reconcile()] == ["taken back, and read back", "it was gone already"]
    assert vendor.there == []


def test_what_has_the_same_name_goes_on_with_who_has_it_longer() -> None:
    world = Stage()
    channel = {**OPEN, "with": {"channel": "war-room"}}
    vendor = world.vendor("slack.create_channel", "key")
    vendor._is_same = lambda one, other: one.params == other.params  # type: ignore[method-assign]
    for hour in (0, 1):
        world.clock.at = T + hour * HOUR
        world.execute(question(action(channel), world.clock.at, hour))
    world.clock.at = T + 2 * HOUR
    assert "goes on with it" in world.reconcile()[0].detail
    assert len(vendor.there) == 1


@pytest.mark.parametrize(("faults", "waited"), [({}, 0.0), ({3: "killed-after"}, LAG)])
def test_only_what_was_not_read_back_is_waited_for(faults: Mapping[int, stage.Kind], waited: float) -> None:
    """The vendor's index may not show yet what a dead run did a moment ago."""
    world = Stage()
    vendor = world.vendor("aws.grant_access", "state")
    vendor.lag, vendor.trouble = LAG, stage.Trouble(faults)
    try:
        world.execute(question(action(GRANT)))
    except stage.Killed:
        assert faults
    vendor.trouble = stage.Trouble()
    world.clock.at = began = T + 3 * HOUR
    world.reconcile()
    assert (vendor.there, (world.clock.at - began).total_seconds()) == ([], waited)
