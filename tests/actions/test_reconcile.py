"""Ending what is past its time, and holding what we granted against what vendors say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.actions import stage
from tests.actions.stage import GRANT, OPEN, OWNER, TELL, Stage, T, action, question

from lightship.actions.question import Question
from lightship.actions.reconcile import HEARTBEAT, Guard
from lightship.actions.vendor import Found, Unknown
from lightship.errors import CouldNotRun
from lightship.journal.claims import Claim
from lightship.journal.entry import Entry

HOUR = timedelta(hours=1)
STANDING = (("account", "123456789012"), ("permission_set", "operator"), ("principal", "zoe"))


def granted(count: int, **world: object) -> Stage:
    """So many grants of two hours, to ada and others, one each."""
    made = Stage(**world)  # type: ignore[arg-type]
    made.vendor("aws.grant_access", "state")
    for number, person in zip(range(count), ("ada", "bo", "cy", "di", "eve", "fay"), strict=False):
        made.execute(question(action(GRANT), T, number, requester=person))
    return made


def beats(world: Stage) -> list[dict[str, object]]:
    return [dict(entry.data) for entry in world.ref.entries if entry.kind == HEARTBEAT]


def test_it_ends_at_its_time_and_not_before() -> None:
    world = granted(1)
    world.clock.at = T + 2 * HOUR - timedelta(seconds=1)
    assert world.reconcile() == []
    world.clock.at = T + 2 * HOUR
    told = world.reconcile()
    assert [(each.step, each.outcome, each.detail) for each in told] == [
        ("grant/undo", "done", "taken back, and read back")
    ]
    assert world.vendors["aws.grant_access"].there == []
    assert [each for each in world.receipts() if each[0] == "grant/undo"] == [("grant/undo", "revoked")]


def test_sooner_where_it_is_asked_for_and_never_later() -> None:
    world = granted(1)
    assert len(world.reconcile(at=T - HOUR)) == 0
    assert [each.outcome for each in world.reconcile(at=T + 3 * HOUR)] == ["done"]


def test_one_that_cannot_be_ended_stops_no_other() -> None:
    world = granted(3)
    world.clock.at = T + 3 * HOUR
    vendor = world.vendors["aws.grant_access"]
    stuck = vendor.undo

    def undo(params: dict[str, str], key: str, refs: dict[str, str]) -> object:
        if params["principal"] == "ada":
            raise Unknown("500 from the vendor")
        return stuck(params, key, refs)

    vendor.undo = undo  # type: ignore[method-assign, assignment]
    told = world.reconcile()
    assert sorted(each.outcome for each in told) == ["done", "done", "failed"]
    assert [dict(each.params)["principal"] for each in vendor.there] == ["ada"]
    assert beats(world)[-1]["problems"]
    vendor.undo = stuck  # type: ignore[method-assign]
    assert [each.outcome for each in world.reconcile()] == ["done"]


def test_without_credentials_it_is_told_until_somebody_has_them() -> None:
    world = granted(1)
    vendor = world.vendors.pop("aws.grant_access")
    world.clock.at = T + 3 * HOUR
    for _ in range(2):
        assert [each.outcome for each in world.reconcile()] == ["failed"]
    assert not [each for each in world.receipts() if each[0] == "grant/undo"]
    world.vendors["aws.grant_access"] = vendor
    assert [each.outcome for each in world.reconcile()] == ["done"]


def test_a_refusal_is_recorded_once_and_tried_again() -> None:
    world = granted(1)
    world.clock.at = T + 3 * HOUR
    world.vendors["aws.grant_access"].trouble = stage.Trouble(at=dict.fromkeys(range(1, 100), "refused"))
    for _ in range(3):
        assert world.reconcile()[0].outcome == "failed"
    assert [each for each in world.receipts() if each[0] == "grant/undo"] == [("grant/undo", "failed")]
    world.vendors["aws.grant_access"].trouble = stage.Trouble()
    assert [each.outcome for each in world.reconcile()] == ["done"]


def test_what_a_dead_run_may_have_granted_is_ended_too() -> None:
    world = Stage()
    vendor = world.vendor("aws.grant_access", "state")
    asked = question(action(GRANT))
    vendor.trouble = stage.Trouble(at={3: "killed-after"})  # probed twice, granted, and no receipt
    with pytest.raises(stage.Killed):
        world.execute(asked)
    assert vendor.there
    world.clock.at = T + 3 * HOUR
    assert [each.outcome for each in world.reconcile()] == ["done"]
    assert vendor.there == []


def test_who_leaves_loses_it_at_once() -> None:
    world = granted(4)
    assert world.people is not None
    world.people -= {"ada"}
    told = world.reconcile()
    assert [(each.step, each.outcome) for each in told] == [("grant/undo", "done")]
    assert all(dict(each.params)["principal"] != "ada" for each in world.vendors["aws.grant_access"].there)


@pytest.mark.parametrize(
    ("gone", "guard", "said"),
    [
        ({"ada", "bo"}, Guard(), "2 of 4 grants would end before their time"),
        ({"ada", "bo"}, Guard(most=1, share=1.0), "2 of 4 grants would end before their time"),
        ({"ada", "eve"}, Guard(), "the catalog knows 4 people, and knew 6 the last time"),
    ],
)
def test_many_who_leave_at_once_are_not_believed(gone: set[str], guard: Guard, said: str) -> None:
    world = granted(4)
    world.reconcile()
    assert world.people is not None
    world.people -= gone
    assert world.reconcile(guard=guard) == []
    assert any(said in str(problem) for problem in beats(world)[-1]["problems"])  # type: ignore[attr-defined]
    assert len(world.vendors["aws.grant_access"].there) == 4
    world.clock.at = T + 2 * HOUR
    assert [each.outcome for each in world.reconcile(guard=guard)] == ["done"] * 4


def test_where_the_catalog_does_not_tell_who_works_here_only_time_ends_it() -> None:
    world = granted(2)
    world.people = None
    assert world.reconcile() == []
    assert "people" not in beats(world)[-1]


def test_what_was_not_granted_from_here_is_told_and_left_alone() -> None:
    world = granted(1)
    vendor = world.vendors["aws.grant_access"]
    vendor.there.append(stage.Effect("", STANDING, T, "a person"))
    told = world.reconcile()
    assert [(each.step, each.outcome) for each in told] == [("aws.grant_access", "pending")]
    assert "zoe was not granted from here" in told[0].detail
    world.clock.at = T + 3 * HOUR
    world.reconcile()
    assert [dict(each.params)["principal"] for each in vendor.there] == ["zoe"]


def test_what_somebody_took_away_is_told() -> None:
    world = granted(1)
    world.vendors["aws.grant_access"].there.clear()
    told = world.reconcile()
    assert [each.detail for each in told] == ["somebody took it away at the vendor"]
    world.clock.at = T + 3 * HOUR
    assert [each.detail for each in world.reconcile()] == ["it was gone already"]


def test_a_list_that_cannot_be_had_is_a_problem() -> None:
    world = granted(1)
    world.vendors["aws.grant_access"].trouble = stage.Trouble(down=True)
    assert "it cannot be listed" in world.reconcile()[0].detail


def test_what_the_vendor_marks_is_known_by_its_mark() -> None:
    world = granted(1)
    vendor = world.vendors["aws.grant_access"]
    key = vendor.there[0].key

    def listing() -> Iterable[Found]:
        return [Found("ada", {}, key), Found("other", {}, "f" * 32)]

    vendor.listing = listing  # type: ignore[method-assign]
    assert [each.detail for each in world.reconcile()] == [
        "other was not granted from here; it is left alone"
    ]


def test_a_heartbeat_is_left_once_an_hour_or_when_something_changed() -> None:
    world = granted(1)
    for minutes in (0, 10, 49):
        world.clock.at = T + timedelta(minutes=minutes)
        world.reconcile()
    assert beats(world) == [
        {"run": beats(world)[0]["run"], "grants": 1, "revoked": 0, "pending": 0, "problems": [], "people": 6}
    ]
    world.clock.at = T + timedelta(minutes=60)
    world.reconcile()
    assert len(beats(world)) == 2
    world.clock.at = T + timedelta(minutes=121)
    world.reconcile()
    assert beats(world)[-1]["revoked"] == 1


def test_it_is_ended_though_nothing_can_be_claimed() -> None:
    world = granted(1)
    world.clock.at = T + 3 * HOUR
    world.ref.trouble = stage.Trouble(at={1: "retry"})  # the remote does not answer
    assert [each.outcome for each in world.reconcile()] == ["done"]
    assert world.vendors["aws.grant_access"].there == []


def test_another_run_that_is_at_it_keeps_nobody_from_ending_it() -> None:
    world = granted(1)
    world.clock.at = T + 3 * HOUR
    world.ref.trouble = stage.Trouble(at={1: "killed-after"})
    with pytest.raises(stage.Killed):
        world.reconcile()
    world.ref.trouble = stage.Trouble()
    world.clock.at -= HOUR  # the other's clock was ahead
    assert [each.outcome for each in world.reconcile()] == ["done"]
    assert len(world.vendors["aws.grant_access"].taken) == 1


def test_a_cancelled_request_that_was_begun_is_taken_back_in_reverse() -> None:
    world = Stage()
    for uses in ("slack.create_channel", "slack.post_message"):
        world.vendor(uses, "key")
    blocked = world.vendor("aws.grant_access", "state")
    blocked.trouble = stage.Trouble(down=True)
    second = {**OPEN, "id": "second", "with": {"channel": "{{ request.id }}-b"}}
    asked = question(action(OPEN, second, GRANT))
    world.execute(asked)
    world.withdrawn[asked.request.id] = "not needed"
    told = world.reconcile(asked)
    assert [(each.step, each.outcome) for each in told[:3]] == [
        ("second/undo", "done"),
        ("open/undo", "done"),
        ("", "refused"),
    ]
    assert world.course(asked.request.id).outcome == "cancelled"
    assert world.vendors["slack.create_channel"].there == []


def test_a_compensation_that_fails_is_owed_until_it_is_done() -> None:
    world = Stage()
    channel = world.vendor("slack.create_channel", "key")
    refusing = world.vendor("aws.grant_access", "state")
    refusing.trouble = stage.Trouble(at=dict.fromkeys(range(1, 9), "refused"))
    taken = channel.undo
    channel.undo = lambda params, key, refs: (_ for _ in ()).throw(Unknown("500"))  # type: ignore[method-assign]
    asked = question(action(OPEN, GRANT))
    assert [each.outcome for each in world.execute(asked)] == ["done", "refused", "failed"]
    assert world.course(asked.request.id).ended is None
    channel.undo = taken  # type: ignore[method-assign]
    assert [(each.step, each.outcome) for each in world.execute(asked)] == [
        ("open/undo", "done"),
        ("", "failed"),
    ]
    assert world.course(asked.request.id).outcome == "undone"


def test_a_begun_request_whose_approval_is_asked_for_anew_waits() -> None:
    world = Stage()
    world.vendor("slack.create_channel", "key")
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble(down=True)
    asked = question(action(OPEN, GRANT))
    world.execute(asked)
    waiting = stage.about(replace(asked, base=stage.rules(action(OPEN, GRANT), OWNER)), "shop")
    told = world.execute(waiting)
    assert {each.outcome for each in told} == {"pending"}
    assert world.vendors["slack.create_channel"].there


def test_a_best_effort_step_in_doubt_keeps_nothing_from_ending_in_time() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    world.vendor("slack.post_message", "blind").trouble = stage.Trouble(at={1: "unknown-after"})
    asked: Question = question(action(TELL, GRANT))
    told = world.execute(asked)
    assert [(each.step, each.outcome) for each in told] == [("tell", "in_doubt"), ("grant", "done")]
    assert "resolve-doubt" in told[0].detail
    assert world.course(asked.request.id).ended is None
    world.clock.at = T + 24 * HOUR
    world.reconcile(asked)
    assert world.course(asked.request.id).outcome == "done"


def test_a_journal_that_fails_for_one_stops_no_other() -> None:
    world = granted(3)
    world.clock.at = T + 3 * HOUR
    first = world.courses.grants[0]
    claim = world.ref.claim

    def failing(entry: Entry) -> Claim:
        if first.request in entry.subject:
            raise CouldNotRun("the disk is full")
        return claim(entry)

    world.ref.claim = failing  # type: ignore[method-assign]
    told = world.reconcile()
    assert sorted(each.outcome for each in told) == ["done", "done", "failed"]


def test_what_a_listing_leaves_out_is_looked_for_by_itself() -> None:
    world = granted(1)
    vendor = world.vendors["aws.grant_access"]
    vendor.listing = list  # type: ignore[method-assign]
    assert world.reconcile() == []
    vendor.trouble = stage.Trouble(down=True)
    assert ["cannot be told" in each.detail for each in world.reconcile()] == [True]


def test_a_simulation_is_ended_once_somebody_can_claim_it() -> None:
    world = Stage()
    world.execute(question(action(GRANT)))
    world.clock.at = T + 3 * HOUR
    world.ref.trouble = stage.Trouble(at={1: "retry"})
    assert [each.outcome for each in world.reconcile()] == ["pending"]
    assert [each.outcome for each in world.reconcile()] == ["simulated"]


def test_what_has_a_mark_of_its_own_is_never_shared() -> None:
    world = Stage()
    post = {**TELL, "undo": "slack.archive_channel", "critical": True}
    vendor = world.vendor("slack.post_message", "marker")
    world.execute(question(action(post)))
    world.clock.at = T + HOUR
    world.execute(question(action(post), world.clock.at, 1))
    world.clock.at = T + 2 * HOUR
    world.reconcile()
    assert (len(vendor.ever), len(vendor.there)) == (2, 1)


def test_what_a_dead_run_granted_a_moment_ago_is_waited_for() -> None:
    """The vendor's index is late: what it does not show yet may be there all the same."""
    world = Stage()
    vendor = world.vendor("aws.grant_access", "state")
    vendor.lag = stage.LAG
    vendor.trouble = stage.Trouble(at={3: "killed-after"})
    with pytest.raises(stage.Killed):
        world.execute(question(action(GRANT)))
    world.clock.at += timedelta(seconds=1)
    assert [each.detail for each in world.reconcile(at=T + 3 * HOUR)] == ["taken back, and read back"]
    assert vendor.there == []


def test_an_end_says_what_stays_and_what_was_taken_back() -> None:
    world = Stage()
    world.vendor("slack.create_channel", "key")
    world.vendor("slack.post_message", "marker")
    world.vendor("aws.grant_access", "state").trouble = stage.Trouble(at={2: "refused"})
    world.execute(question(action(TELL, OPEN, GRANT)))
    assert world.ref.entries[-1].data["why"] == (
        "grant: 403 from the vendor; what was done was taken back; tell stays as it was done"
    )
