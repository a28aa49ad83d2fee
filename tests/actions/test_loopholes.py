"""Where a grant might live for ever, a request never end, or an effect be lost: rare turns, each played once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.actions import stage
from tests.actions.stage import GRANT, OPEN, TELL, Effect, Stage, T, action, question

from lightship.actions.question import OpenIncident, Question
from lightship.actions.reconcile import HEARTBEAT
from lightship.actions.requests import RESOLVED
from lightship.actions.taking import Told

HOUR = timedelta(hours=1)
ADAS = (("account", "123456789012"), ("permission_set", "operator"), ("principal", "ada"))
STANDING = Effect("", ADAS, T, "a person")


def test_what_stood_there_and_went_before_the_call_ends_in_time_once_it_is_ours() -> None:
    """The first claim says that it stays, and is no reason to let what comes later stay, too."""
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    grant.there.append(STANDING)
    asked = question(action(GRANT))
    world.ref.trouble = stage.Trouble({1: "killed-after"})  # claimed, and that is all
    with pytest.raises(stage.Killed):
        world.execute(asked)
    grant.there.clear()
    world.ref.trouble = stage.Trouble()
    world.clock.at += timedelta(minutes=11)
    assert [each.outcome for each in world.execute(asked)] == ["done"]
    assert [each.key for each in grant.there] != [""]
    world.clock.at = T + 3 * HOUR
    assert [each.outcome for each in world.reconcile()] == ["done"]
    assert grant.there == []


def test_what_stands_there_is_never_made_again_under_a_claim_that_says_so() -> None:
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    grant.there.append(STANDING)
    claim = world.ref.claim

    def gone(entry: object) -> object:
        grant.there.clear()  # somebody takes it away just then
        return claim(entry)  # type: ignore[arg-type]

    world.ref.claim = gone  # type: ignore[method-assign, assignment]
    world.execute(question(action(GRANT)))
    assert grant.ever == []


@pytest.mark.parametrize("critical", [True, False])
def test_a_doubt_that_is_resolved_too_late_still_lets_the_request_end(critical: bool) -> None:
    world = Stage()
    vendor = world.vendor("slack.create_channel", "blind")
    vendor.trouble = stage.Trouble({1: "unknown-before"})
    asked = question(action({**OPEN, "critical": critical}), hours=1)
    world.execute(asked)
    world.clock.at = T + 2 * HOUR
    world.records().write(RESOLVED, f"{asked.request.id}/open", {"outcome": "not-done", "reason": "looked"})
    world.execute(asked)
    assert world.course(asked.request.id).outcome == ("expired" if critical else "done")
    assert vendor.ever == []


def test_a_catalog_that_lost_half_its_people_is_not_believed_the_second_time_either() -> None:
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    for number, person in enumerate(("ada", "bo", "cy", "di")):
        world.execute(question(action(GRANT), T, number, requester=person))
    world.reconcile()
    assert world.people is not None
    world.people -= {"ada", "eve"}
    for hour in (1, 2):
        world.clock.at = T + hour * HOUR - timedelta(minutes=1)
        assert world.reconcile() == []
        assert len(grant.there) == 4
    [*_, last] = world.ref.records()[HEARTBEAT]
    assert last.data["people"] == 6
    world.clock.at = T + 2 * HOUR
    world.reconcile()
    [*_, last] = world.ref.records()[HEARTBEAT]
    assert last.data["people"] == 4, "once nothing hangs on it, it is believed"


def test_a_catalog_that_could_not_be_read_does_not_make_the_next_one_believed() -> None:
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    for number, person in enumerate(("ada", "bo", "cy", "di")):
        world.execute(question(action(GRANT), T, number, requester=person))
    people = world.people
    assert people is not None
    for minutes, seen in ((0, people), (55, None), (110, people - {"ada", "eve"})):
        world.clock.at, world.people = T + timedelta(minutes=minutes), seen
        world.reconcile()
    assert len(grant.there) == 4


def test_a_grant_is_handed_over_only_to_who_surely_has_it() -> None:
    """The other request's run died before its call, and the vendor may never do it: ours ends in time."""
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    world.execute(question(action(GRANT)))
    world.clock.at = T + 2 * HOUR - timedelta(minutes=1)
    second = question(action(GRANT), world.clock.at, 1)
    world.ref.trouble = stage.Trouble({1: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(second)
    world.ref.trouble = stage.Trouble()
    world.clock.at = T + 2 * HOUR
    assert [each.outcome for each in world.reconcile()] == ["done"]
    assert grant.there == []
    world.clock.at += timedelta(minutes=11)
    world.execute(second)
    assert [each.key for each in grant.there] == [world.course(second.request.id).step("grant").intent["key"]]


READ = {
    **TELL,
    "id": "invite",
    "critical": True,
    "with": {"channel": "{{ steps.open.channel }}", "text": "x"},
}


def test_what_needs_a_step_that_is_not_done_yet_waits_for_it() -> None:
    """A vendor that is out of reach for a moment is no reason to give up what comes after it."""
    world = Stage()
    channel, post = world.vendor("slack.create_channel", "key"), world.vendor("slack.post_message", "marker")
    channel.refs = {"channel": "C0123456"}
    channel.trouble = stage.Trouble(down=True)
    asked = question(action({**OPEN, "critical": False}, READ))
    assert [(each.step, each.outcome) for each in world.execute(asked)] == [
        ("open", "pending"),
        ("invite", "pending"),
    ]
    channel.trouble = stage.Trouble()
    world.clock.at += timedelta(minutes=11)
    assert [each.outcome for each in world.execute(asked)] == ["done", "done"]
    assert (world.course(asked.request.id).outcome, len(post.ever)) == ("done", 1)


def test_what_is_being_taken_back_is_not_gone_on_with() -> None:
    """It was denied for a moment: half of it is gone already, and nobody would be told."""
    world = Stage()
    channel, grant = world.vendor("slack.create_channel", "key"), world.vendor("aws.grant_access", "state")
    second = {**OPEN, "id": "second", "with": {"channel": "{{ request.id }}-b"}}
    asked = question(action(OPEN, second, GRANT))
    grant.trouble = stage.Trouble(down=True)
    world.execute(asked)
    undo, tries = channel.undo, []

    def once(params: Mapping[str, str], key: str, refs: Mapping[str, str]) -> object:
        tries.append(key)
        if len(tries) > 1:
            raise stage.Retry("503 from the vendor")
        return undo(params, key, refs)

    channel.undo = once  # type: ignore[method-assign, assignment]
    world.execute(replace(asked, problems=("the incident was over",)))
    channel.undo = undo  # type: ignore[method-assign]
    grant.trouble = stage.Trouble()
    world.execute(asked)
    assert (channel.there, grant.ever) == ([], [])
    assert world.course(asked.request.id).outcome == "undone"


def test_what_was_granted_for_good_is_known_to_be_ours() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    world.execute(question(action(GRANT, expires=None)))
    assert world.reconcile() == []


def test_what_was_claimed_is_what_is_called_whatever_the_incident_says_by_now() -> None:
    """Else the first claim would take back what nobody has, and what somebody has would stay."""
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    named = {**GRANT, "with": {**GRANT["with"], "principal": "{{ incident.channel }}"}}
    before = OpenIncident("inc-20260302-abcd", "SEV1", "open", (), channel="ada")
    asked = question(action(named), incident=before)
    grant.trouble = stage.Trouble({2: "killed-before"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    grant.trouble = stage.Trouble()
    world.clock.at += timedelta(minutes=11)
    world.execute(replace(asked, incident=replace(before, channel="zoe")))
    assert [dict(each.params)["principal"] for each in grant.ever] == ["ada"]
    world.clock.at = T + 3 * HOUR
    world.reconcile()
    assert grant.there == []


def test_what_was_claimed_is_what_is_looked_for() -> None:
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    named = {**GRANT, "with": {**GRANT["with"], "principal": "{{ incident.channel }}"}}
    before = OpenIncident("inc-20260302-abcd", "SEV1", "open", (), channel="ada")
    asked = question(action(named), incident=before)
    grant.trouble = stage.Trouble({3: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    grant.trouble = stage.Trouble()
    world.clock.at += timedelta(minutes=11)
    over = replace(asked, incident=replace(before, channel="zoe"), problems=("it was over",))
    assert world.execute(over)[0].outcome == "done"


def died(kind: stage.Kind = "killed-after") -> tuple[Stage, Question]:
    """A run died at its call, a while ago."""
    world, asked = Stage(), question(action(GRANT))
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble({3: kind})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.vendors["aws.grant_access"].trouble = stage.Trouble()
    world.clock.at += timedelta(minutes=11)
    return world, asked


def test_what_a_dead_run_may_have_done_is_never_called_a_simulation() -> None:
    """By a run without credentials: what is there would then be taken back in words alone."""
    world, asked = died()
    vendor = world.vendors.pop("aws.grant_access")
    lacks = "it may have been done, and aws.grant_access has no credentials here"
    assert world.execute(asked) == [Told(asked.request.id, "grant", "pending", lacks)]
    assert [entry.kind for entry in world.ref.entries] == ["claim"]
    world.vendors["aws.grant_access"] = vendor
    assert [each.detail for each in world.execute(asked)] == ["it was there already"]
    world.clock.at = T + 3 * HOUR
    world.reconcile()
    assert vendor.there == []


def test_a_doubt_is_none_the_smaller_without_credentials() -> None:
    world = Stage()
    world.vendor("slack.create_channel", "blind").trouble = stage.Trouble({1: "unknown-after"})
    asked = question(action(OPEN))
    [told] = world.execute(asked)
    world.vendors.clear()
    assert world.execute(asked) == [told]


def test_a_simulation_of_which_a_run_died_is_carried_out_once_there_are_credentials() -> None:
    """Nothing was called: nothing is in doubt, and what is taken back is what was granted then."""
    world, asked = (
        Stage(),
        question(action({**OPEN, "critical": False}, {**READ, "undo": "slack.archive_channel"})),
    )
    world.ref.trouble = stage.Trouble({3: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    post = world.vendor("slack.post_message", "blind")
    world.ref.trouble = stage.Trouble()
    world.clock.at += timedelta(minutes=11)
    claims = [entry for entry in world.ref.entries if entry.subject.endswith("/open")]
    refs = {"outcome": "done", "detail": "", "refs": {"channel": "C0123456"}}
    world.ref.entries = [*claims[:1], *world.ref.entries[2:]]
    world.records().write("receipt", f"{asked.request.id}/open", refs)
    assert [(each.step, each.outcome) for each in world.execute(asked)] == [("invite", "done")]
    act = world.course(asked.request.id).step("invite")
    assert act.intent["with"] == {"channel": "C0123456", "text": "x"}
    assert dict(post.ever[0].params)["channel"] == "C0123456"


def test_what_one_side_did_and_the_other_only_said_is_taken_back_in_deed() -> None:
    """Two that knew nothing of each other: one died after its call, the other had no credentials."""
    world, asked = died()
    other = Stage(clock=world.clock)
    other.execute(asked)
    world.ref.entries += other.ref.entries
    assert world.course(asked.request.id).step("grant").state == "simulated"
    world.clock.at = T + 3 * HOUR
    assert [each.outcome for each in world.reconcile()] == ["done"]
    assert world.vendors["aws.grant_access"].there == []


def test_what_was_begun_and_is_for_nobody_any_more_is_settled_and_taken_back() -> None:
    """A step whose `when` looks at the incident, of which a run died: it is not forgotten when that changes."""
    world = Stage()
    grant = world.vendor("aws.grant_access", "state")
    world.vendor("slack.create_channel", "key")
    some = {**GRANT, "when": "{{ incident.channel == 'ada' }}"}
    before = OpenIncident("inc-20260302-abcd", "SEV1", "open", (), channel="ada")
    asked = question(action(OPEN, some, expires="30h"), incident=before)
    grant.trouble = stage.Trouble({3: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    grant.trouble = stage.Trouble()
    world.clock.at += timedelta(minutes=11)
    told = world.execute(replace(asked, incident=replace(before, channel="")))
    assert [(each.step, each.outcome) for each in told] == [
        ("grant", "done"),
        ("grant/undo", "done"),
        ("open/undo", "done"),
        ("", "failed"),
    ]
    assert "step grant was begun, and its `when` does not hold any more" in told[-1].detail
    assert grant.there == []


def test_a_step_that_goes_while_the_request_is_carried_out_stops_nobody() -> None:
    world = Stage()
    world.vendor("slack.create_channel", "key").refs = {"channel": "C0123456"}
    post, grant = world.vendor("slack.post_message", "marker"), world.vendor("aws.grant_access", "state")
    before = {**TELL, "when": "{{ steps.open is not defined }}"}
    asked = question(action(OPEN, before, GRANT))
    assert [each.step for each in world.execute(asked)] == ["open", "grant"]
    assert (len(post.ever), len(grant.ever)) == (0, 1)
    assert world.course(asked.request.id).outcome == "done"


def test_a_clock_that_is_known_to_be_wrong_ends_no_request() -> None:
    world, asked = Stage(), question(action(GRANT))
    world.clock.at = T + 30 * HOUR
    wrong = "this clock is wrong"
    assert world.execute(asked, held=wrong) == [Told(asked.request.id, "", "pending", wrong)]
    assert world.ref.entries == []
    assert [each.outcome for each in world.execute(asked)] == ["refused"]
    other = replace(question(action(GRANT), T + 30 * HOUR, 1), problems=("no",))
    assert [each.outcome for each in world.execute(other, held=wrong)] == ["refused"]
