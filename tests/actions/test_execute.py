"""Carrying out: what is written when, what is called how often, and what becomes of a request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.actions import stage
from tests.actions.stage import GRANT, OPEN, OWNER, TELL, Stage, T, action, question

from lightship.actions.execute import Case
from lightship.actions.question import Vote
from lightship.actions.requests import RESOLVED


def test_claim_call_receipt_end() -> None:
    world = Stage()
    grant, tell = world.vendor("aws.grant_access", "state"), world.vendor("slack.post_message", "marker")
    asked = question(action(GRANT, TELL))
    told = world.execute(asked)
    assert [(each.step, each.outcome) for each in told] == [("grant", "done"), ("tell", "done")]
    assert {each.detail for each in told} == {"done"}
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
    asked = stage.about(question(action(GRANT), policy=OWNER), "shop")
    told = world.execute(asked)
    assert [(each.step, each.outcome) for each in told] == [("grant", "pending")]
    assert told[0].detail.startswith("1 more of target-owner")
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


def test_what_a_dead_run_granted_is_taken_back_where_its_time_is_over() -> None:
    """By `execute` too, which may come before `reconcile`: nothing is forgotten."""
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT))
    grant.trouble = stage.Trouble(at={3: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    assert grant.there
    world.clock.at = T + timedelta(hours=3)
    grant.trouble = stage.Trouble(down=True)
    assert [(each.step, each.outcome) for each in world.execute(asked)] == [("grant/undo", "failed")]
    grant.trouble = stage.Trouble()
    assert [(each.step, each.outcome) for each in world.execute(asked)] == [
        ("grant", "failed"),
        ("", "failed"),
    ]
    assert grant.there == []
    assert world.course(asked.request.id).outcome == "failed"


def test_bytes_that_are_no_request_end_only_once_they_are_merged() -> None:
    world = Stage()
    executor = world.executor()
    [told] = executor.carry_out(Case("req-x", None, ("'inputs' is no mapping",), settled=False))
    assert (told.outcome, told.detail) == ("refused", "denied: 'inputs' is no mapping")
    assert world.ref.entries == []
    [told] = executor.carry_out(Case("req-x", None, ()))
    assert told.detail == "denied: it is no request"
    assert world.course("req-x").outcome == "denied"


def test_a_cancelled_request_that_was_never_begun_ends() -> None:
    world = Stage()
    asked = question(action(GRANT))
    world.withdrawn[asked.request.id] = "not needed"
    assert [each.detail for each in world.execute(asked)] == ["cancelled: not needed"]
    assert world.course(asked.request.id).outcome == "cancelled"


def test_a_dry_run_leaves_what_was_begun_as_it_is() -> None:
    world = Stage()
    world.vendor("slack.create_channel", "key")
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble(down=True)
    asked = question(action(OPEN, GRANT))
    world.execute(asked)
    before = len(world.ref.entries)
    world.clock.at = T + timedelta(hours=24)
    [told] = world.execute(asked, dry=True)
    assert (told.step, told.outcome, told.detail) == (
        "open/undo",
        "pending",
        "it would call slack.archive_channel",
    )
    assert len(world.ref.entries) == before


def test_a_doubt_is_told_each_time_and_never_called() -> None:
    world = Stage()
    vendor = world.vendor("slack.create_channel", "blind")
    vendor.trouble = stage.Trouble(at={1: "unknown-before"})
    asked = question(action(OPEN))
    for _ in range(2):
        [told] = world.execute(asked)
        assert (told.outcome, vendor.trouble.calls) == ("in_doubt", 1)
        assert f"`lightship resolve-doubt {asked.request.id} open`" in told.detail


def test_a_doubt_that_is_resolved_goes_on() -> None:
    for outcome, effects in (("done", 0), ("not-done", 1)):
        world = Stage()
        vendor = world.vendor("slack.create_channel", "blind")
        vendor.trouble = stage.Trouble(at={1: "unknown-before"})
        asked = question(action(OPEN))
        world.execute(asked)
        world.records().write(RESOLVED, f"{asked.request.id}/open", {"outcome": outcome, "reason": "looked"})
        world.execute(asked)
        assert (world.course(asked.request.id).outcome, len(vendor.ever)) == ("done", effects)


def test_a_simulation_that_another_run_is_at_is_left_to_it() -> None:
    world = Stage()
    asked = question(action(GRANT))
    world.trouble.at = {1: "killed-after"}
    with pytest.raises(stage.Killed):
        world.execute(asked)
    assert [each.outcome for each in world.execute(asked)] == ["pending"]
    world.clock.at += timedelta(hours=25)
    assert world.execute(asked)[0].detail == "nothing was called"


def test_who_was_quicker_does_it() -> None:
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT))
    records = world.records()  # read before the other claims
    world.trouble.at = {2: "killed-after"}
    with pytest.raises(stage.Killed):
        world.execute(asked)
    [told] = world.executor(records).carry_out(Case(asked.request.id, asked))
    assert (told.outcome, told.detail) == ("pending", "run-2 was quicker")
    assert grant.ever == []


READ = {
    "id": "invite",
    "uses": "slack.post_message",
    "with": {"channel": "{{ steps.open.channel }}", "text": "Hello"},
}


def test_a_step_takes_what_an_earlier_one_made() -> None:
    world = Stage()
    channel, post = world.vendor("slack.create_channel", "key"), world.vendor("slack.post_message", "marker")
    channel.refs = {"channel": "C0123456"}
    asked = question(action(OPEN, READ))
    assert [each.outcome for each in world.execute(asked)] == ["done", "done"]
    assert dict(post.ever[0].params)["channel"] == "C0123456"


def test_a_step_after_a_simulated_one_is_simulated() -> None:
    world = Stage()
    post = world.vendor("slack.post_message", "marker")
    asked = question(action(OPEN, READ))
    assert [each.outcome for each in world.execute(asked)] == ["simulated", "simulated"]
    assert post.ever == []


def test_a_step_after_one_that_was_not_done_fails() -> None:
    world = Stage()
    world.vendor("slack.create_channel", "key").trouble = stage.Trouble(at={1: "refused"})
    world.vendor("slack.post_message", "marker")
    asked = question(action({**OPEN, "critical": False}, READ))
    assert [each.outcome for each in world.execute(asked)] == ["refused", "failed", "failed"]
    assert "it needs what step open makes" in world.ref.entries[-1].data["why"]


def test_what_cannot_be_planned_once_more_is_known_is_taken_back() -> None:
    world = Stage()
    channel = world.vendor("slack.create_channel", "key")
    world.vendor("slack.post_message", "marker")
    channel.refs = {"channel": "no channel at all"}
    asked = question(action(OPEN, READ))
    assert [each.outcome for each in world.execute(asked)] == ["done", "done", "failed"]
    assert channel.there == []
    assert world.course(asked.request.id).outcome == "undone"


def test_break_glass_ends_no_later_than_it_holds() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    asked = stage.broken(stage.about(question(action(GRANT)), "shop"))
    assert [each.outcome for each in world.execute(asked)] == ["done"]
    [grant] = world.records().courses.grants
    assert grant.expires_at == T + timedelta(minutes=30)


def test_a_request_that_may_not_go_on_waits_for_who_is_at_it() -> None:
    world = Stage()
    vendor = world.vendor("slack.create_channel", "key")
    asked = question(action(OPEN), hours=1)
    vendor.trouble = stage.Trouble(at={2: "killed-after"})
    world.clock.at = T + timedelta(minutes=55)
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.clock.at = T + timedelta(minutes=60)
    assert [each.detail for each in world.execute(asked)] == ["run-1 is at it just now"]
    world.clock.at = T + timedelta(minutes=65)
    vendor.trouble = stage.Trouble(down=True)
    assert [(each.step, each.outcome) for each in world.execute(asked)] == [("open", "pending")]
    vendor.trouble = stage.Trouble()
    assert [(each.step, each.outcome) for each in world.execute(asked)] == [("open", "done")]
    assert world.course(asked.request.id).outcome == "done"


def test_what_was_not_done_in_time_is_said_to_be_not_done() -> None:
    world = Stage()
    vendor = world.vendor("slack.create_channel", "key")
    asked = question(action(OPEN), hours=1)
    vendor.trouble = stage.Trouble(at={2: "killed-before"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.clock.at = T + timedelta(minutes=70)
    told = world.execute(asked)
    assert [(each.step, each.outcome) for each in told] == [("open", "failed"), ("", "refused")]
    assert world.course(asked.request.id).outcome == "expired"


@pytest.mark.parametrize("lost", [True, False])
def test_what_nobody_can_tell_of_waits_for_a_person(lost: bool) -> None:
    world = Stage()
    vendor = world.vendor("slack.create_channel", "key" if lost else "blind")
    asked = question(action(OPEN), hours=1)
    vendor.trouble = stage.Trouble(at={2 if lost else 1: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.clock.at = T + timedelta(minutes=70)
    if lost:
        del world.vendors["slack.create_channel"]  # its credentials are gone
    for _ in range(2):
        assert [(each.step, each.outcome) for each in world.execute(asked)] == [("open", "in_doubt")]
    assert list(world.receipts()) == [("open", "in_doubt")]
    assert world.course(asked.request.id).ended is None


def test_a_dry_run_ends_nothing() -> None:
    world = Stage()
    asked = question(action(GRANT), problems=("it came without a pull request",))
    assert [each.outcome for each in world.execute(asked, dry=True)] == ["refused"]
    assert world.ref.entries == []


def test_only_the_step_whose_time_is_over_is_taken_back() -> None:
    world = Stage()
    world.vendor("slack.create_channel", "key")
    grant = world.vendor("aws.grant_access", "state")
    asked = question(action({**OPEN, "critical": False}, GRANT))
    grant.trouble = stage.Trouble(at={3: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.clock.at = T + timedelta(hours=3)
    told = world.execute(asked)[0]
    assert (told.step, told.outcome) == ("grant", "failed")
    assert grant.there == []


def test_who_may_not_even_look_is_refused_before_anything_is_claimed() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble(at={1: "refused"})
    asked = question(action(GRANT))
    assert [(each.step, each.outcome) for each in world.execute(asked)] == [
        ("grant", "refused"),
        ("", "failed"),
    ]
    assert [entry.kind for entry in world.ref.entries] == ["receipt", "request.ended"]


def test_a_dry_run_takes_nothing_back() -> None:
    world = Stage()
    channel = world.vendor("slack.create_channel", "key")
    world.vendor("slack.post_message", "marker")
    channel.refs = {"channel": "no channel at all"}
    channel.trouble = stage.Trouble(at=dict.fromkeys(range(4, 40), "retry"))
    asked = question(action(OPEN, READ))
    assert [each.outcome for each in world.execute(asked)] == ["done", "failed"]
    channel.trouble = stage.Trouble()
    before = len(world.ref.entries)
    assert [each.step for each in world.execute(asked, dry=True)] == ["open/undo"]
    assert (len(world.ref.entries), channel.trouble.calls, len(channel.there)) == (before, 0, 1)


def test_what_a_run_with_a_wrong_clock_took_back_is_never_granted_again() -> None:
    """It would be known as taken back, and live for ever."""
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT))
    grant.trouble = stage.Trouble(at={3: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.clock.at = T + timedelta(hours=3)
    world.reconcile()
    world.clock.at = T + timedelta(hours=1)
    assert [(each.step, each.outcome) for each in world.execute(asked)] == [
        ("grant", "failed"),
        ("", "failed"),
    ]
    assert (grant.there, len(grant.ever)) == ([], 1)


def test_what_was_granted_after_it_was_taken_back_is_taken_back_again() -> None:
    """By a run that was slow: its call came after another run had ended the grant."""
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT))
    ensure = grant.ensure

    def slow(params: dict[str, str], key: str) -> object:
        world.reconcile(at=T + timedelta(hours=3))
        world.clock.sleep(1)
        return ensure(params, key)

    grant.ensure = slow  # type: ignore[method-assign, assignment]
    world.execute(asked)
    assert grant.there
    world.clock.at = T + timedelta(hours=3)
    assert [each.outcome for each in world.reconcile()] == ["done"]
    assert grant.there == []
    assert world.reconcile() == []
