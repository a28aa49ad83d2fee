"""What is told of a request that is carried out, or not: to the letter, with what its end rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.actions import stage
from tests.actions.stage import GRANT, OPEN, OWNER, TELL, Stage, T, action, question

from lightship.actions.execute import Case
from lightship.actions.question import Question, Vote
from lightship.actions.taking import Told

HOUR = timedelta(hours=1)
TWO = ("one", "two")


def end(world: Stage) -> tuple[str, str, object]:
    """How it ended, why, and as what it was decided."""
    entry = world.ref.entries[-1]
    assert entry.kind == "request.ended"
    decision = entry.data["decision"]
    return entry.data["outcome"], entry.data["why"], decision and decision["state"]


def test_a_no_that_may_not_be_the_last_word_is_told_and_not_written() -> None:
    world = Stage()
    told = [*world.executor().carry_out(Case("req-x", None, TWO, settled=False))]
    assert (told, world.ref.entries) == ([Told("req-x", "", "refused", "denied: one; two")], [])


def test_a_no_to_what_lies_there_for_good_is_the_end() -> None:
    world = Stage()
    told = [*world.executor().carry_out(Case("req-x", None, TWO))]
    assert told == [Told("req-x", "", "refused", "denied: one; two")]
    assert end(world) == ("denied", "one; two", "denied")


@pytest.mark.parametrize("settled", [True, False])
def test_what_is_too_old_ends_wherever_it_lies(settled: bool) -> None:
    world, asked = Stage(), question(action(GRANT), policy=OWNER)
    world.clock.at = T + 25 * HOUR
    [told] = world.executor().carry_out(Case(asked.request.id, asked, settled=settled))
    assert told.outcome == "refused"
    assert end(world)[::2] == ("expired", "expired")


def test_what_waits_is_told_step_by_step() -> None:
    world = Stage()
    asked = replace(question(action(GRANT, TELL), policy=OWNER), merged_at=None)
    asked = stage.about(asked, "shop")
    told = world.execute(asked)
    assert [(each.request, each.step, each.outcome) for each in told] == [
        (asked.request.id, "grant", "pending"),
        (asked.request.id, "tell", "pending"),
    ]
    [detail] = {each.detail for each in told}
    assert detail == "1 more of target-owner"


def test_what_was_never_planned_ends_as_failed() -> None:
    world = Stage()
    wrong = {**GRANT, "with": {**GRANT["with"], "account": "12"}}
    asked = question(action(wrong, {**wrong, "id": "again"}))
    [told] = world.execute(asked)
    outcome, why, decided = end(world)
    assert (told.request, told.step, told.outcome, told.detail) == (
        asked.request.id,
        "",
        "failed",
        f"failed: {why}",
    )
    assert (outcome, decided) == ("failed", "allowed")
    assert why.startswith("step grant: ") and "; step again: " in why


def test_what_cannot_be_planned_any_more_says_why_it_was_taken_back() -> None:
    world = Stage()
    channel = world.vendor("slack.create_channel", "key")
    channel.refs = {"channel": "no channel at all"}
    posts = [{**TELL, "id": id, "with": {"channel": "{{ steps.open.channel }}", "text": "x"}} for id in TWO]
    asked = question(action(OPEN, *posts))
    told = world.execute(asked)
    outcome, why, _ = end(world)
    assert (outcome, told[-1].detail) == ("undone", f"undone: {why}")
    assert why.startswith("step one: ") and "; step two: " in why


def late() -> tuple[Stage, Question]:
    """A run died after its grant, whose time is over since."""
    world, asked = Stage(), question(action(GRANT))
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble({3: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.vendors["aws.grant_access"].trouble = stage.Trouble()
    world.clock.at = T + 3 * HOUR
    return world, asked


def test_what_is_late_is_taken_back_and_said_to_be_late() -> None:
    world, asked = late()
    said = "its time was over before it was done"
    assert world.execute(asked)[0] == Told(asked.request.id, "grant", "failed", said)
    receipts = [entry for entry in world.ref.entries if entry.kind == "receipt"]
    assert [(each.subject, each.data["outcome"]) for each in receipts] == [
        (f"{asked.request.id}/grant/undo", "revoked"),
        (f"{asked.request.id}/grant", "failed"),
    ]
    assert receipts[1].data["detail"] == said
    assert end(world)[:2] == ("failed", f"grant: {said}")


def test_what_is_late_is_late_to_the_second() -> None:
    world, asked = late()
    world.clock.at = T + 2 * HOUR
    assert world.execute(asked)[0].outcome == "failed"
    world, asked = late()
    world.clock.at = T + 2 * HOUR - timedelta(seconds=1)
    assert world.execute(asked)[0].outcome == "done"


def test_what_was_only_simulated_and_late_is_over_in_words() -> None:
    world, asked = Stage(), question(action(GRANT))
    world.ref.trouble = stage.Trouble({1: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.ref.trouble = stage.Trouble()
    world.clock.at = T + 3 * HOUR
    told = world.execute(asked)
    assert [(each.step, each.outcome) for each in told] == [("grant", "failed"), ("", "failed")]
    assert world.reconcile() == []


def test_a_simulation_of_which_a_run_died_is_ended_in_words_too() -> None:
    """Without credentials nobody could end it in deed, and it was never anything else."""
    world = Stage()
    world.ref.trouble = stage.Trouble({1: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(question(action(GRANT)))
    world.ref.trouble = stage.Trouble()
    world.clock.at = T + 3 * HOUR
    assert [each.outcome for each in world.reconcile()] == ["simulated"]


def test_a_simulation_is_claimed_as_such_and_says_what_was_not_called() -> None:
    world, asked = Stage(), question(action(GRANT))
    detail = "aws.grant_access has no connector with credentials here: nothing was called"
    assert world.execute(asked) == [Told(asked.request.id, "grant", "simulated", detail)]
    claim, receipt, _ = world.ref.entries
    assert (claim.subject, claim.data["simulated"], "existed" in claim.data) == (
        f"{asked.request.id}/grant",
        True,
        False,
    )
    assert (receipt.data["outcome"], receipt.data["detail"]) == ("simulated", detail)
    assert end(world) == ("simulated", "grant was simulated", "allowed")


def test_who_cannot_claim_says_why_and_calls_nothing() -> None:
    for credentials in (True, False):
        world, asked = Stage(), question(action(OPEN))
        if credentials:
            world.vendor("slack.create_channel", "key")
        world.ref.trouble = stage.Trouble({1: "retry"})
        told = Told(asked.request.id, "open", "pending", "the remote does not answer")
        assert world.execute(asked) == [told]
        assert (world.ref.entries, world.trouble.calls) == ([], 0)


def test_what_stood_there_is_claimed_and_recorded_as_that() -> None:
    world, asked = Stage(), question(action(GRANT))
    grant = world.vendor("aws.grant_access", "state")
    params = stage.frozen({"account": "123456789012", "permission_set": "operator", "principal": "ada"})
    grant.there.append(stage.Effect("", params, T, "a person"))
    stays = "it was so before, and not from here: it stays"
    assert world.execute(asked) == [Told(asked.request.id, "grant", "done", stays)]
    claim, receipt, _ = world.ref.entries
    assert (claim.data["existed"], "simulated" in claim.data) == (True, False)
    assert (receipt.data["refs"], receipt.data["detail"]) == ({"principal": "ada"}, stays)


def test_a_mark_of_our_own_is_never_taken_for_somebody_elses() -> None:
    """What carries our mark was made by us, whatever the journal has lost."""
    world, asked = Stage(), question(action({**TELL, "undo": "slack.archive_channel"}))
    post = world.vendor("slack.post_message", "marker")
    world.execute(asked)
    world.ref.entries.clear()
    world.execute(asked)
    world.clock.at = T + 3 * HOUR
    world.reconcile()
    assert (len(post.ever), post.there) == (1, [])


def test_what_is_refused_before_it_is_claimed_says_so() -> None:
    world, asked = Stage(), question(action(GRANT))
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble({1: "refused"})
    assert world.execute(asked)[0] == Told(asked.request.id, "grant", "refused", "403 from the vendor")
    world, asked = Stage(), question(action(GRANT))
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble({1: "retry"})
    assert world.execute(asked) == [Told(asked.request.id, "grant", "pending", "503 from the vendor")]


def test_what_is_not_done_yet_says_what_the_vendor_said() -> None:
    world, asked = Stage(), question(action(OPEN))
    world.vendor("slack.create_channel", "key").trouble = stage.Trouble(down=True)
    assert world.execute(asked) == [Told(asked.request.id, "open", "pending", "503 from the vendor")]


def test_what_needs_what_was_not_made_says_so() -> None:
    needs = {**TELL, "id": "invite", "with": {"channel": "{{ steps.open.channel }}", "text": "x"}}
    world, asked = Stage(), question(action({**OPEN, "critical": False}, needs))
    world.vendor("slack.create_channel", "key").trouble = stage.Trouble({1: "retry-tomorrow"})
    world.vendor("slack.post_message", "marker")
    waits = "it needs what step open makes"
    assert world.execute(asked)[1] == Told(asked.request.id, "invite", "pending", waits)
    world.clock.at += timedelta(minutes=11)
    world.vendors["slack.create_channel"].trouble = stage.Trouble({1: "refused"})
    assert world.execute(asked)[1].outcome == "pending"
    world, asked = Stage(), question(action({**OPEN, "critical": False}, needs))
    world.vendor("slack.create_channel", "key").trouble = stage.Trouble({1: "refused"})
    said = f"{waits}, and that was not done"
    assert world.execute(asked)[1] == Told(asked.request.id, "invite", "failed", said)
    assert [entry.data["outcome"] for entry in world.ref.entries if entry.subject.endswith("invite")] == [
        "failed"
    ]


def test_break_glass_ends_with_what_gave_it_and_all_else_with_what_the_action_says() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    by_bo = stage.about(question(action(GRANT), policy=OWNER), "shop")
    assert [each.outcome for each in world.execute(by_bo)] == ["pending"]
    world.execute(question(action(GRANT, expires="30h"), T, 1))
    [grant] = world.courses.grants
    assert grant.expires_at == T + 30 * HOUR


def test_a_dry_run_says_what_it_would_take_back_in_reverse() -> None:
    world = Stage()
    world.vendor("slack.create_channel", "key")
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble(down=True)
    second = {**OPEN, "id": "second", "with": {"channel": "{{ request.id }}-b"}}
    asked = question(action(OPEN, second, GRANT))
    world.execute(asked)
    id, would = asked.request.id, "it would call slack.archive_channel"
    assert world.execute(replace(asked, problems=("no",)), dry=True) == [
        Told(id, "second/undo", "pending", would),
        Told(id, "open/undo", "pending", would),
    ]


def test_what_waits_is_told_only_of_steps_that_are_for_it() -> None:
    world = Stage()
    never = {**TELL, "when": "{{ request.reason == 'another' }}"}
    asked = stage.about(question(action(GRANT, never), policy=OWNER), "shop")
    assert [each.step for each in world.execute(asked)] == ["grant"]


def test_what_the_next_run_goes_on_with_has_no_receipt() -> None:
    world, asked = Stage(), question(action(OPEN))
    world.vendor("slack.create_channel", "key").trouble = stage.Trouble(down=True)
    world.execute(asked)
    assert [entry.kind for entry in world.ref.entries] == ["claim"]
    assert world.course(asked.request.id).step("open").state == "claimed"


def test_bytes_that_are_none_can_be_withdrawn() -> None:
    world = Stage()
    told = [*world.executor().carry_out(Case("req-x", None, TWO, settled=False, withdrawn="not needed"))]
    assert told == [Told("req-x", "", "refused", "cancelled: not needed")]
    assert end(world) == ("cancelled", "not needed", "cancelled")


def test_a_step_sees_who_approved_it() -> None:
    world = Stage()
    post = world.vendor("slack.post_message", "marker")
    by_bo = Vote("1", "bo", "approve", T - timedelta(minutes=1), "d" * 64)
    says = {**TELL, "with": {"channel": "access", "text": "by {{ request.approved_by }}"}}
    world.execute(stage.about(question(action(says), policy=OWNER, votes=(by_bo,)), "shop"))
    assert dict(post.ever[0].params)["text"] == "by bo"
