"""What two clones both did is said: a table of what either side recorded, and what that comes to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.journal.clones import ADA, START

from lightship.incidents import events, lifecycle
from lightship.incidents.both import both
from lightship.incidents.events import Event
from lightship.journal.entry import Actor, Entry, new_id

BO = Actor("Bo Example", "bo", True)
ID, OTHER = "inc-20260301-abcd", "inc-20260301-efgh"


def told(actor: Actor, *those: Event, id: str = ID) -> list[Entry]:
    return [lifecycle.entry(id, event, actor, START + timedelta(minutes=n)) for n, event in enumerate(those)]


def record(kind: str, subject: str, actor: Actor, **data: object) -> Entry:
    return Entry(new_id(START), kind, subject, START, actor, data)


@pytest.mark.parametrize(
    ("ours", "theirs", "what"),
    [
        (events.Acknowledged(), events.Acknowledged(), ["acknowledged"]),
        (events.Resolved(), events.Resolved(), ["resolved"]),
        (events.Closed(reason="done"), events.Closed(reason="over"), ["closed"]),
        (events.Reopened(reason="again"), events.Reopened(reason="again"), ["reopened"]),
        (events.Updated(severity="SEV1"), events.Updated(severity="SEV3"), ["severity"]),
        (events.Updated(severity="SEV1"), events.Updated(severity="SEV1"), []),
        (
            events.Updated(roles={"commander": "ada"}),
            events.Updated(roles={"commander": "bo"}),
            ["the role commander"],
        ),
        (events.Updated(roles={"commander": "ada"}), events.Updated(roles={"scribe": "bo"}), []),
        (events.Updated(text="one"), events.Updated(text="other"), []),
        (events.Acknowledged(), events.Resolved(), []),
        (
            events.Corrected(reason="logs", milestone="detected", at=START),
            events.Corrected(reason="logs", milestone="detected", at=START - timedelta(minutes=5)),
            ["the moment detected"],
        ),
        (
            events.FollowedUp(id="1-alert", title="Alert", state="open"),
            events.FollowedUp(id="1-alert", title="Another", state="open"),
            ["the follow-up 1-alert"],
        ),
    ],
    ids=lambda value: getattr(value, "what", None),
)
def test_the_same_incident(ours: Event, theirs: Event, what: list[str]) -> None:
    found = both(told(ADA, ours), told(BO, theirs))
    assert [each.what for each in found] == what
    assert all("ada" in each.message and "bo" in each.message for each in found)
    assert [each.what for each in both(told(BO, theirs), told(ADA, ours))] == what
    assert both(told(ADA, ours), told(BO, theirs, id=OTHER)) == ()


def test_the_last_word_of_either_side_counts() -> None:
    ours = told(ADA, events.Updated(severity="SEV1"), events.Updated(severity="SEV3"))
    assert both(ours, told(BO, events.Updated(severity="SEV3"))) == ()


@pytest.mark.parametrize(
    ("minutes", "services", "count"),
    [(10, ("checkout", "cart"), 1), (10, ("cart",), 0), (300, ("checkout",), 0)],
)
def test_two_declarations_may_be_one_incident(minutes: int, services: tuple[str, ...], count: int) -> None:
    mine = events.Declared(title="Checkout is down", severity="SEV2", services=("checkout",), at=START)
    yours = events.Declared(
        title="No orders", severity="SEV1", services=services, at=START + timedelta(minutes=minutes)
    )
    found = both(told(ADA, mine), told(BO, yours, id=OTHER))
    assert len(found) == count
    assert all(f"close {OTHER} --duplicate-of {ID}" in each.message for each in found)


def test_claims_and_hand_overs() -> None:
    ours, theirs = record("job.claimed", "req-1", ADA), record("job.claimed", "req-1", BO)
    assert [(each.subject, each.what) for each in both([ours], [theirs])] == [("req-1", "claimed")]
    assert both([ours], [record("job.claimed", "req-2", BO)]) == ()
    assert both([ours], [record("job.finished", "req-1", BO)]) == ()
    shift = {"from": "ada", "to": "bo", "at": "2026-03-01"}
    ours, theirs = (
        record("handover.accepted", "primary", ADA, **shift),
        record("handover.accepted", "primary", BO, **shift),
    )
    assert [each.what for each in both([ours], [theirs])] == ["accepted"]
    assert both([ours], [record("handover.accepted", "primary", BO, **{**shift, "to": "cy"})]) == ()
