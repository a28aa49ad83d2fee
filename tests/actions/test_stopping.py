"""A request that was begun and may not go on: what is found out, taken back and said, to the letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.actions import stage
from tests.actions.stage import GRANT, OPEN, TELL, Stage, T, action, question

from lightship.actions.question import Question
from lightship.actions.taking import Told

HOUR = timedelta(hours=1)
NO = ("the incident was over",)


def begun(*steps: dict[str, object], hours: float = 24) -> tuple[Stage, Question]:
    """Steps of which the last one, at AWS, was not yet done, for AWS is out of reach."""
    world, asked = Stage(), question(action(*steps), hours=hours)
    world.vendor("slack.create_channel", "key")
    world.vendor("slack.post_message", "marker")
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble(down=True)
    world.execute(asked)
    return world, asked


def lost(kind: stage.Kind, *, hours: float = 1) -> tuple[Stage, Question]:
    """A run died at its call, and the request's time is over since."""
    world, asked = Stage(), question(action(OPEN), hours=hours)
    world.vendor("slack.create_channel", "key").trouble = stage.Trouble({2: kind})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.clock.at = T + 2 * HOUR
    return world, asked


def why(world: Stage) -> str:
    return str(world.ref.entries[-1].data["why"])


def test_what_was_done_is_taken_back_and_all_of_it_is_told() -> None:
    world, asked = begun(OPEN, TELL, GRANT)
    told = world.execute(replace(asked, problems=NO))
    said = "the incident was over; what was done was taken back; tell stays as it was done"
    assert told == [
        Told(asked.request.id, "open/undo", "done", "taken back, and read back"),
        Told(asked.request.id, "", "refused", f"denied: {said}"),
    ]
    end = world.ref.entries[-1]
    assert (end.kind, end.subject, end.data["outcome"], why(world)) == (
        "request.ended",
        asked.request.id,
        "denied",
        said,
    )
    assert end.data["decision"]["state"] == "denied"


def test_what_may_not_go_on_and_left_nothing_ends_without_more() -> None:
    world, asked = begun(TELL, GRANT)
    told = world.execute(replace(asked, problems=NO))
    assert [each.detail for each in told] == ["denied: the incident was over; tell stays as it was done"]


def test_what_is_withdrawn_says_so() -> None:
    world, asked = begun(OPEN, GRANT)
    world.withdrawn[asked.request.id] = "not needed"
    assert world.execute(asked)[-1] == Told(
        asked.request.id, "", "refused", "cancelled: not needed; what was done was taken back"
    )


def test_what_is_withdrawn_without_a_word_ends_all_the_same() -> None:
    world, asked = begun(OPEN, GRANT)
    world.withdrawn[asked.request.id] = ""
    assert world.execute(asked)[-1].detail == "cancelled: what was done was taken back"
    assert world.course(asked.request.id).outcome == "cancelled"


def test_what_is_withdrawn_before_it_is_merged_ends() -> None:
    world, asked = Stage(), question(action(GRANT))
    case = replace(world.case(replace(asked, problems=NO)), settled=False, withdrawn="not needed")
    assert [each.detail for each in world.executor().carry_out(case)] == ["cancelled: not needed"]
    assert world.course(asked.request.id).outcome == "cancelled"


def test_a_step_whose_run_died_is_looked_for_and_its_receipt_written() -> None:
    world, asked = lost("killed-after")
    id = asked.request.id
    assert world.execute(asked) == [Told(id, "open", "done", "it was done")]
    receipt = world.ref.entries[-2]
    assert (receipt.subject, receipt.data["outcome"], receipt.data["detail"]) == (
        f"{id}/open",
        "done",
        "it was done",
    )
    assert (world.course(id).outcome, why(world)) == ("done", "")


def test_a_step_whose_run_died_before_its_call_failed() -> None:
    world, asked = lost("killed-before")
    told = world.execute(asked)
    assert told[0] == Told(asked.request.id, "open", "failed", "it was not done")
    assert why(world).startswith("open: it was not done; ")
    assert world.course(asked.request.id).outcome == "expired"


def test_what_was_begun_and_only_simulated_called_nothing() -> None:
    world, asked = Stage(), question(action(OPEN), hours=1)
    world.ref.trouble = stage.Trouble({1: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.vendor("slack.create_channel", "key")
    world.clock.at = T + 2 * HOUR
    assert world.execute(asked)[0] == Told(asked.request.id, "open", "failed", "nothing was called")
    assert world.trouble.calls == 0


@pytest.mark.parametrize("lacking", ["vendor", "parameters"])
def test_what_cannot_be_looked_for_is_in_doubt(lacking: str) -> None:
    world, asked = lost("killed-after")
    if lacking == "vendor":
        del world.vendors["slack.create_channel"]
    else:
        claim = world.ref.entries[0]
        world.ref.entries[0] = replace(claim, data={**claim.data, "with": "x"})
        asked = replace(asked, base=replace(asked.base, action=None))
    hint = f"`lightship resolve-doubt {asked.request.id} open` once you know"
    unknown = "it may have been done, and the vendor cannot be asked from here"
    doubt = Told(asked.request.id, "open", "in_doubt", f"{unknown}; {hint}")
    assert world.execute(asked) == [doubt]
    written = len(world.ref.entries)
    assert world.execute(asked) == [doubt]
    assert (len(world.ref.entries), world.ref.entries[-1].data["detail"]) == (written, unknown)


def test_a_doubt_that_can_be_looked_into_by_now_is_settled() -> None:
    world, asked = lost("killed-after")
    vendor = world.vendors.pop("slack.create_channel")
    world.execute(asked)
    world.vendors["slack.create_channel"] = vendor
    assert world.execute(asked) == [Told(asked.request.id, "open", "done", "it was done")]
    assert world.course(asked.request.id).outcome == "done"


def test_what_cannot_be_looked_for_now_is_looked_for_later() -> None:
    world, asked = lost("killed-after")
    vendor = world.vendors["slack.create_channel"]
    vendor.trouble = stage.Trouble(down=True)
    assert world.execute(asked) == [Told(asked.request.id, "open", "pending", "503 from the vendor")]
    assert [entry.kind for entry in world.ref.entries] == ["claim"]


def test_who_is_at_it_is_left_to_it() -> None:
    world, asked = lost("killed-after")
    world.living = lambda run, since, now: True
    told = Told(asked.request.id, "open", "pending", "run-1 is at it just now")
    assert world.execute(asked) == [told]
    assert world.course(asked.request.id).ended is None


def test_what_is_looked_for_is_what_was_claimed() -> None:
    """Also where the plan cannot be made any more."""
    world, asked = lost("killed-after")
    vendor, seen = world.vendors["slack.create_channel"], []
    probe = vendor.probe

    def watched(params: dict[str, str], key: str) -> object:
        seen.append((dict(params), key))
        return probe(params, key)

    vendor.probe = watched  # type: ignore[method-assign, assignment]
    world.execute(replace(asked, base=replace(asked.base, action=None)))
    intent = world.ref.entries[0].data
    assert seen[0] == ({"channel": asked.request.id}, intent["key"])
    assert world.course(asked.request.id).step("open").state == "done"
    assert world.course(asked.request.id).outcome == "expired"


def test_what_was_done_but_for_its_best_effort_ends_well_and_says_what_lacks() -> None:
    world, asked = Stage(), question(action(TELL, OPEN), hours=1)
    world.vendor("slack.create_channel", "key")
    world.vendor("slack.post_message", "marker").trouble = stage.Trouble(down=True)
    assert [each.outcome for each in world.execute(asked)] == ["pending", "done"]
    world.clock.at = T + 2 * HOUR
    world.vendors["slack.post_message"].trouble = stage.Trouble()
    assert world.execute(asked) == [Told(asked.request.id, "tell", "failed", "it was not done")]
    assert (world.course(asked.request.id).outcome, why(world)) == ("done", "tell: it was not done")
    assert world.ref.entries[-1].data["decision"]["state"] == "expired"


def test_what_was_never_tried_is_said_to_be_not_done_in_time() -> None:
    world, asked = Stage(), question(action(OPEN, TELL), hours=1)
    world.vendor("slack.create_channel", "key")
    post = world.vendor("slack.post_message", "marker")
    world.ref.trouble = stage.Trouble(dict.fromkeys(range(3, 9), "retry"))  # no claim can be had any more
    world.execute(asked)
    world.clock.at, world.ref.trouble = T + 2 * HOUR, stage.Trouble()
    assert world.execute(asked) == []
    assert (why(world), post.ever) == ("tell: not done in time", [])


def claimed(world: Stage) -> Question:
    """The second step is claimed, and cannot be told of: its vendor is out of reach."""
    asked = question(action(OPEN, {**TELL, "critical": True}))
    world.vendor("slack.post_message", "marker").trouble = stage.Trouble(down=True)
    assert [each.outcome for each in world.execute(asked)][-1] == "pending"
    world.clock.at += timedelta(minutes=11)
    return replace(asked, problems=NO)


def test_it_is_taken_back_once_everything_can_be_told() -> None:
    """Whatever may still come of a critical step, nothing is taken back under it."""
    world = Stage()
    channel = world.vendor("slack.create_channel", "key")
    denied = claimed(world)
    assert [(each.step, each.outcome) for each in world.execute(denied)] == [("tell", "pending")]
    assert channel.there
    world.vendors["slack.post_message"].trouble = stage.Trouble()
    assert [(each.step, each.outcome) for each in world.execute(denied)] == [
        ("tell", "failed"),
        ("open/undo", "done"),
        ("", "refused"),
    ]


def test_what_was_simulated_is_taken_back_in_words() -> None:
    world = Stage()
    denied = claimed(world)
    world.vendors["slack.post_message"].trouble = stage.Trouble()
    assert [(each.step, each.outcome) for each in world.execute(denied)] == [
        ("tell", "failed"),
        ("open/undo", "simulated"),
        ("", "refused"),
    ]


def test_what_is_found_is_recorded_with_what_to_find_it_by() -> None:
    world, asked = Stage(), question(action(GRANT), hours=1)
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble({3: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(asked)
    world.vendors["aws.grant_access"].trouble = stage.Trouble()
    world.clock.at = T + HOUR
    assert [each.outcome for each in world.execute(asked)] == ["done"]
    receipt = world.ref.entries[-2]
    assert (receipt.subject, receipt.data["refs"]) == (f"{asked.request.id}/grant", {"principal": "ada"})


def test_what_a_claim_does_not_say_the_plan_says_of_the_same_step() -> None:
    """Claims of what is never taken back keep their parameters to themselves."""
    hello = {**TELL, "id": "hello", "critical": True, "with": {"channel": "access", "text": "Hello"}}
    world, asked = Stage(), question(action(hello, {**TELL, "critical": True}), hours=1)
    world.vendor("slack.post_message", "state")
    world.trouble.at = {9: "killed-after"}
    with pytest.raises(stage.Killed):
        world.execute(asked)
    assert [dict(each.params)["text"] for each in world.vendors["slack.post_message"].there] == [
        "Hello",
        "look into it",
    ]
    world.clock.at = T + HOUR
    assert [(each.step, each.outcome) for each in world.execute(asked)] == [("tell", "done")]


def test_what_was_simulated_but_for_its_best_effort_ends_as_that() -> None:
    world, asked = Stage(), question(action(TELL, OPEN), hours=1)
    world.vendor("slack.post_message", "marker").trouble = stage.Trouble(down=True)
    assert [each.outcome for each in world.execute(asked)] == ["pending", "simulated"]
    world.vendors["slack.post_message"].trouble = stage.Trouble()
    world.clock.at = T + HOUR
    world.execute(asked)
    assert world.course(asked.request.id).outcome == "simulated"
    assert why(world) == "tell: it was not done; open was simulated"
