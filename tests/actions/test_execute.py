"""Carrying out: what is written when, what is called how often, and what becomes of a request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.actions import stage
from tests.actions.stage import GRANT, OPEN, OWNER, TELL, Stage, T, action, question

from lightship.actions.question import Vote


def test_claim_call_receipt_end() -> None:
    world = Stage()
    grant, tell = world.vendor("aws.grant_access", "state"), world.vendor("slack.post_message", "marker")
    asked = question(action(GRANT, TELL))
    told = world.execute(asked)
    assert [(each.step, each.outcome) for each in told] == [("grant", "done"), ("tell", "done")]
    id = asked.request.id
    assert [(entry.kind, entry.subject) for entry in world.ref.entries] == [
        ("claim", f"{id}/grant"),
        ("receipt", f"{id}/grant"),
        ("claim", f"{id}/tell"),
        ("receipt", f"{id}/tell"),
        ("request.ended", id),
    ]
    claim = world.ref.entries[0].data
    assert claim["expires_at"] == "2026-03-02T11:00:00.000Z"
    assert claim["with"] == {"account": "123456789012", "permission_set": "operator", "principal": "ada"}
    assert (claim["digest"], claim["policy_digest"], claim["for"]) == ("d" * 64, "p" * 64, "ada")
    assert world.ref.entries[1].data["refs"] == {"principal": "ada"}
    assert world.ref.entries[-1].data["outcome"] == "done"
    assert world.ref.entries[-1].data["decision"]["how"] == "auto"
    assert (len(grant.ever), len(tell.ever)) == (1, 1)


def test_again_writes_nothing_and_says_nothing() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT))
    world.execute(asked)
    before, calls = len(world.ref.entries), world.trouble.calls
    assert world.execute(asked) == []
    assert (len(world.ref.entries), world.trouble.calls) == (before, calls)


def test_nothing_secret_is_recorded() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    world.execute(question(action(GRANT)))
    assert not any(b"hunter2" in entry.to_bytes() for entry in world.ref.entries)


def test_without_credentials_it_is_simulated_and_never_called_done() -> None:
    world = Stage()
    asked = question(action(GRANT, TELL))
    assert [each.outcome for each in world.execute(asked)] == ["simulated", "simulated"]
    assert world.course(asked.request.id).outcome == "simulated"
    world.clock.at = T + timedelta(hours=3)
    told = world.reconcile()
    assert [(each.step, each.outcome) for each in told] == [("grant/undo", "simulated")]
    assert world.reconcile() == []


def test_what_is_only_said_to_be_done_does_not_make_it_simulated() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT, TELL))
    world.execute(asked)
    assert world.course(asked.request.id).outcome == "done"
    assert "tell was simulated" in world.ref.entries[-1].data["why"]


def test_without_an_approval_nothing_is_touched() -> None:
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT), policy=OWNER)
    told = world.execute(asked)
    assert [(each.step, each.outcome) for each in told] == [("grant", "pending")]
    assert (world.ref.entries, grant.ever, world.trouble.calls) == ([], [], 0)


def test_a_denied_request_ends() -> None:
    world = Stage()
    asked = question(action(GRANT), problems=("it came without a pull request",))
    told = world.execute(asked)
    assert [(each.outcome, each.detail) for each in told] == [
        ("refused", "denied: it came without a pull request")
    ]
    assert world.course(asked.request.id).outcome == "denied"
    assert world.execute(asked) == []


def test_an_old_request_ends_as_expired() -> None:
    world = Stage()
    asked = question(action(GRANT), policy=OWNER)
    world.clock.at = T + timedelta(hours=24)
    world.execute(asked)
    assert world.course(asked.request.id).outcome == "expired"


def test_a_dry_run_changes_nothing() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    told = world.execute(question(action(GRANT, TELL)), dry=True)
    assert [(each.step, each.outcome) for each in told] == [("grant", "pending"), ("tell", "pending")]
    assert told[0].detail == "it would call aws.grant_access"
    assert told[1].detail == "slack.post_message has no credentials here: it would be simulated"
    assert (world.ref.entries, world.trouble.calls) == ([], 0)


def test_what_cannot_be_planned_is_never_begun() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    wrong = {**GRANT, "id": "again", "with": {**GRANT["with"], "account": "12"}}
    asked = question(action(GRANT, wrong))
    told = world.execute(asked)
    assert [each.outcome for each in told] == ["failed"]
    assert "account" in told[0].detail
    assert world.course(asked.request.id).outcome == "failed"
    assert world.trouble.calls == 1  # the end is written, and nothing is called


def test_a_critical_step_that_is_refused_takes_back_what_was_done_before() -> None:
    world = Stage()
    channel, grant = world.vendor("slack.create_channel", "key"), world.vendor("aws.grant_access", "state")
    asked = question(action(OPEN, GRANT))
    world.trouble.at = {world_calls_until_ensure(): "refused"}
    told = world.execute(asked)
    assert [(each.step, each.outcome) for each in told] == [
        ("open", "done"),
        ("grant", "refused"),
        ("open/undo", "done"),
        ("", "failed"),
    ]
    assert (channel.there, grant.ever) == ([], [])
    assert world.course(asked.request.id).outcome == "undone"
    assert world.execute(asked) == []


def world_calls_until_ensure() -> int:
    """At which call the second step of OPEN, GRANT calls its vendor to change something."""
    world = Stage()
    world.vendor("slack.create_channel", "key")
    grant = world.vendor("aws.grant_access", "state")
    numbers: list[int] = []
    before = grant.ensure
    grant.ensure = lambda params, key: (numbers.append(world.trouble.calls + 1), before(params, key))[1]  # type: ignore[method-assign]
    world.execute(question(action(OPEN, GRANT)))
    return numbers[0]


def test_a_step_that_is_not_critical_stops_nothing() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    world.vendor("slack.post_message", "marker")
    asked = question(action(TELL, GRANT))
    world.trouble.at = {2: "refused"}
    told = world.execute(asked)
    assert [(each.step, each.outcome) for each in told] == [("tell", "refused"), ("grant", "done")]
    assert world.course(asked.request.id).outcome == "done"
    assert "tell: 403" in world.ref.entries[-1].data["why"]


def test_a_vendor_that_is_down_leaves_it_pending_for_the_next_run() -> None:
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT))
    world.trouble.down = True
    world.ref.trouble = stage.Trouble()
    assert [each.outcome for each in world.execute(asked)] == ["pending"]
    assert world.ref.entries == []
    world.trouble.down = False
    assert [each.outcome for each in world.execute(asked)] == ["done"]
    assert len(grant.ever) == 1


def test_what_was_there_before_is_never_taken_back() -> None:
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    grant.there.append(
        stage.Effect(
            "",
            (("account", "123456789012"), ("permission_set", "operator"), ("principal", "ada")),
            T,
            "a person",
        )
    )
    asked = question(action(GRANT))
    told = world.execute(asked)
    assert [(each.outcome, each.detail) for each in told] == [
        ("done", "it was so before, and not from here: it stays")
    ]
    world.clock.at = T + timedelta(hours=3)
    world.reconcile()
    assert len(grant.there) == 1
    assert grant.taken == []


def test_two_requests_for_the_same_end_with_the_longer() -> None:
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    first = question(action(GRANT))
    world.execute(first)
    world.clock.at = T + timedelta(hours=1)
    second = question(action(GRANT), world.clock.at, 1)
    world.execute(first, second)
    world.clock.at = T + timedelta(hours=2, minutes=30)
    told = world.reconcile()
    assert [(each.request, each.detail) for each in told] == [
        (first.request.id, f"ended; {second.request.id} goes on with it")
    ]
    assert len(grant.there) == 1
    world.clock.at = T + timedelta(hours=3, minutes=1)
    assert [each.outcome for each in world.reconcile()] == ["done"]
    assert grant.there == []


def test_another_run_that_is_busy_is_left_to_it() -> None:
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT))
    world.trouble.at = {2: "killed-after"}  # the claim is written, and that is all
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.clock.at = T + timedelta(minutes=9)
    told = world.execute(asked)
    assert [(each.outcome, each.detail) for each in told] == [("pending", "run-1 is at it just now")]
    assert grant.ever == []
    world.clock.at = T + timedelta(minutes=10)
    assert [each.outcome for each in world.execute(asked)] == ["done"]


def test_a_run_that_died_never_lengthens_a_grant() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT))
    world.trouble.at = {2: "killed-after"}
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.clock.at = T + timedelta(hours=1)
    world.execute(asked)
    [grant] = world.records().courses.grants
    assert grant.expires_at == T + timedelta(hours=2)


def test_what_is_held_back_waits() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    told = world.execute(question(action(GRANT)), held="this clock is wrong")
    assert [(each.outcome, each.detail) for each in told] == [("pending", "this clock is wrong")]
    assert world.ref.entries == []


def test_an_approval_that_aged_before_the_last_step_stops_what_was_begun() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    channel = world.vendor("slack.create_channel", "key")
    by_bo = Vote("1", "bo", "approve", T - timedelta(minutes=1), "d" * 64)
    asked = stage.about(question(action(OPEN, GRANT), policy=OWNER, votes=(by_bo,)), "shop")
    world.vendors.pop("aws.grant_access")
    blocked = world.vendor("aws.grant_access", "state")
    blocked.trouble = stage.Trouble(down=True)
    assert [each.outcome for each in world.execute(asked)] == ["done", "pending"]
    world.clock.at = T + timedelta(hours=25)
    told = world.execute(asked)
    assert [(each.step, each.outcome) for each in told] == [("open/undo", "done"), ("", "refused")]
    assert channel.there == []
    assert world.course(asked.request.id).outcome == "expired"
