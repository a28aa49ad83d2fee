"""The fold of events: total, pure, the same for every order; and what each event does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.incidents.stories import ADA, ID, T, declared, entries, told

from lightship.incidents import events, lifecycle
from lightship.incidents.fold import fold
from lightship.incidents.incident import OPEN, STATES, Incident
from lightship.incidents.shown import as_json
from lightship.journal.entry import Actor, Entry

UNHURRIED = settings(deadline=None)  # the machine may be busy
BEN = Actor("Ben Example", "ben", True)
STRANGER = Actor("somebody", "", False)

moments = st.integers(-400 * 86_400, 400 * 86_400).map(lambda seconds: T + timedelta(seconds=seconds))
texts = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)
ids = st.sampled_from(["checkout", "cart", "payment", "a"])


def of(model: type[events.Event], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[events.Event]:
    """Events of `model`: what is given may be there or not; `at` and `text` where the event has them."""
    common = {"at": moments, "text": texts, "reason": texts, "public": st.booleans()}
    fields = {name: value for name, value in common.items() if name in model.model_fields} | given
    needed = {name for name, field in model.model_fields.items() if field.is_required()}
    return st.fixed_dictionaries(
        {name: value for name, value in fields.items() if name in needed},
        optional={name: value for name, value in fields.items() if name not in needed},
    ).map(model.model_validate)


SEVERITY = st.sampled_from(events.SEVERITIES)
STATUS = st.sampled_from(["investigating", "identified", "mitigated", "resolved"])
HAPPENINGS = st.one_of(
    of(
        events.Declared,
        title=texts,
        severity=SEVERITY,
        services=st.lists(ids, max_size=3),
        drill=st.booleans(),
        impact_started=moments,
        detected=moments,
        commander=ids,
    ),
    of(events.Briefed, brief=st.just({"owner": None})),
    of(events.Acknowledged),
    of(
        events.Updated,
        status=STATUS,
        severity=SEVERITY,
        roles=st.dictionaries(st.sampled_from(["commander", "scribe"]), st.sampled_from(["ada", "ben", ""])),
        services=st.lists(ids, max_size=3),
        suspect=texts,
        bridge=texts,
    ),
    of(events.Mitigated),
    of(events.Resolved, cause=texts),
    of(events.FollowedUp, id=ids, state=st.sampled_from(["open", "done", "dropped"]), title=texts, owner=ids),
    of(
        events.Corrected,
        milestone=st.sampled_from(events.MILESTONES),
        title=texts,
        drill=st.booleans(),
        services=st.lists(ids, max_size=2),
    ),
    of(events.Helped, runbook=ids, helped=st.booleans(), content_hash=st.just("0123456789abcdef")),
    of(events.Closed, duplicate_of=st.just("inc-20260101-abcd"), merged_into=st.just("inc-20260101-efgh")),
    of(events.Reopened),
    of(events.PostmortemDrafted, path=texts),
    of(events.PostmortemPublished, path=texts),
)
RECORDED = st.builds(
    lambda event, actor, at, tail: lifecycle.entry(ID, event, actor, at, tail),
    HAPPENINGS,
    st.sampled_from([ADA, BEN, STRANGER]),
    moments,
    st.binary(min_size=10, max_size=10),
)
BEGUN = st.builds(
    lambda first, rest: [first, *rest],
    st.builds(
        lambda at: lifecycle.entry(ID, events.Declared(title="x", severity="SEV2"), ADA, at, b"0123456789"),
        moments,
    ),
    st.lists(RECORDED, max_size=12, unique_by=lambda entry: entry.id),
)


def folded(those: Sequence[Entry]) -> Incident:
    incident = fold(those)
    assert incident is not None
    return incident


@UNHURRIED
@given(BEGUN, st.data())
def test_every_interleaving_of_two_clones_gives_the_same_incident(
    those: list[Entry], data: st.DataObject
) -> None:
    # Two clones hold parts of one history, may hold some of it both, and meet in either order.
    mine = data.draw(st.lists(st.sampled_from(those)))
    theirs = data.draw(st.permutations(those))
    assert folded(those) == folded([*mine, *theirs]) == folded([*theirs, *mine])


@UNHURRIED
@given(BEGUN)
def test_it_never_raises_and_its_incident_holds_together(those: list[Entry]) -> None:
    incident = folded(those)
    shown = as_json(incident)
    assert json.loads(json.dumps(shown)) == shown
    assert incident.state in STATES and incident.is_open == (incident.state in OPEN)
    assert {"declared"} <= set(incident.milestones) <= set(events.MILESTONES)
    assert incident.severity == incident.severities[-1].severity
    ended = {"mitigated", "resolved", "closed"} & set(incident.milestones)
    assert not ended or incident.state in ("mitigated", "resolved", "closed")
    holders = [held.role for held in incident.roles if held.until is None]
    assert len(holders) == len(set(holders))
    assert len({each.id for each in incident.follow_ups}) == len(incident.follow_ups)


@UNHURRIED
@given(st.lists(RECORDED, max_size=8))
def test_whatever_comes_is_an_incident_exactly_where_somebody_declared_one(those: list[Entry]) -> None:
    assert (fold(those) is not None) == any(entry.kind == "incident.declared" for entry in those)


@UNHURRIED
@given(BEGUN, st.dictionaries(texts, st.none() | st.integers() | texts | st.lists(texts)), st.sampled_from(
    ["incident.updated", "incident.declared", "incident.resolved", "incident.invented", "scores.day"]
))  # fmt: skip
def test_what_this_version_cannot_read_counts_for_nothing(
    those: list[Entry], data: dict[str, object], kind: str
) -> None:
    odd = replace(those[0], id="7ZZZZZZZZZZZZZZZZZZZZZZZZZ", kind=kind, data={**data, "no such field": 1})
    assert fold([*those, odd]) == fold(those)


def test_a_moment_that_utc_cannot_tell_is_no_event() -> None:
    late = lifecycle.entry(ID, events.Acknowledged(), ADA, T)
    assert events.read(replace(late, data={"at": "0001-01-01T00:00+14:00"})) is None


@pytest.mark.parametrize(
    ("story", "state", "milestones"),
    [
        ((), "declared", "declared"),
        ((events.Acknowledged(),), "investigating", "declared acknowledged"),
        ((events.Updated(status="identified"),), "identified", "declared"),
        ((events.Updated(status="identified"), events.Updated(status="investigating")), "investigating", "declared"),
        ((events.Updated(status="mitigated"),), "mitigated", "declared mitigated"),
        ((events.Mitigated(), events.Updated(status="investigating")), "mitigated", "declared mitigated"),
        ((events.Mitigated(), events.Resolved()), "resolved", "declared mitigated resolved"),
        ((events.Resolved(), events.Mitigated()), "resolved", "declared mitigated resolved"),
        ((events.Resolved(), events.Reopened(reason="again")), "investigating", "declared"),
        ((events.Closed(reason="none"),), "closed", "declared closed"),
        ((events.Acknowledged(), events.Corrected(reason="no", milestone="acknowledged")), "investigating", "declared"),
    ],
)  # fmt: skip
def test_states_and_milestones(story: tuple[events.Event, ...], state: str, milestones: str) -> None:
    incident = told(declared(), *((minutes, event) for minutes, event in enumerate(story, 1)))
    assert (incident.state, set(incident.milestones)) == (state, set(milestones.split()))


def test_a_milestone_stays_where_it_was_first_reached() -> None:
    incident = told(
        declared(), (10, events.Resolved(text="rolled back")), (20, events.Resolved(text="again"))
    )
    assert incident.milestones["resolved"].at == T + timedelta(minutes=10)


def test_backdating_keeps_both_times_and_why() -> None:
    started = T - timedelta(hours=1)
    late = events.Resolved(at=T + timedelta(minutes=5), reason="forgot to say")
    incident = told(declared(impact_started=started), (90, late))
    stone = incident.milestones["resolved"]
    assert (stone.at, stone.recorded_at) == (T + timedelta(minutes=5), T + timedelta(minutes=90))
    assert (stone.reason, stone.by) == ("forgot to say", "ada")
    assert incident.milestones["impact_started"].at == started


def test_a_correction_keeps_the_old_value_in_the_timeline() -> None:
    right = T + timedelta(minutes=20)
    incident = told(
        declared(),
        (30, events.Resolved()),
        (40, events.Corrected(reason="the graph says so", milestone="resolved", at=right)),
        (41, events.Corrected(reason="typing mistake", title="Checkout is slow")),
    )
    stone = incident.milestones["resolved"]
    assert (stone.at, stone.source, stone.reason) == (right, "correction", "the graph says so")
    assert incident.timeline[-2].changes == ("resolved: 2026-03-02 09:30:00 UTC → 2026-03-02 09:20:00 UTC",)
    assert incident.timeline[-1].changes == ("title: Checkout fails → Checkout is slow",)
    assert incident.title == "Checkout is slow"


def test_roles_have_a_history() -> None:
    incident = told(
        declared(commander="ada"),
        (10, events.Updated(roles={"commander": "ben", "scribe": "cem"})),
        (20, events.Updated(roles={"commander": "ben"})),
        (30, events.Updated(roles={"scribe": ""})),
    )
    assert (incident.holder("commander"), incident.holder("scribe")) == ("ben", "")
    spans = [
        (held.role, held.person, held.until and (held.until - T).seconds // 60) for held in incident.roles
    ]
    assert spans == [("commander", "ada", 10), ("commander", "ben", None), ("scribe", "cem", 30)]


def test_what_two_clones_did_is_flagged_where_it_does_not_go_together() -> None:
    def flags(*story: tuple[float, events.Event, Actor]) -> tuple[str, ...]:
        those = entries(declared())
        for number, (minutes, event, actor) in enumerate(story):
            tail = bytes([number]) * 10
            those.append(lifecycle.entry(ID, event, actor, T + timedelta(minutes=minutes), tail))
        return folded(those).flags

    assert flags((5, events.Acknowledged(), ADA), (6, events.Acknowledged(), BEN)) == (
        "acknowledged by ben after acknowledged by ada",
    )
    assert flags((5, events.Resolved(), ADA), (6, events.Resolved(), BEN)) == (
        "resolved by ben after resolved by ada",
    )
    assert flags((5, events.Closed(reason="x"), ADA), (6, events.Updated(text="still looking"), BEN)) == (
        "updated by ben after closed by ada",
    )
    assert flags((5, events.Reopened(reason="x"), BEN)) == ("reopened by ben while it was open",)
    again = events.Declared(title="y", severity="SEV1")
    assert flags((5, again, BEN)) == ("declared a second time by ben",)
    wrong = events.Corrected(reason="x", milestone="resolved", at=T)
    assert flags((5, wrong, BEN)) == (
        "resolved corrected by ben while it was declared: that counts for nothing",
    )


def test_times_that_cannot_have_been_are_flagged_not_hidden() -> None:
    incident = told(declared(), (10, events.Resolved(at=T - timedelta(hours=2), reason="x")))
    assert incident.flags == ("resolved (2026-03-02 07:00) lies before declared (2026-03-02 09:00)",)
    # Clocks that differ by seconds are no contradiction.
    skewed = told(declared(), (1, events.Acknowledged(at=T - timedelta(seconds=30))))
    assert skewed.flags == ()


def test_follow_ups_are_opened_done_and_dropped() -> None:
    incident = told(
        declared(),
        (5, events.FollowedUp(id="1-alert", title="Add an alert", owner="ada")),
        (6, events.FollowedUp(id="2-test", title="Add a test")),
        (7, events.FollowedUp(id="1-alert", state="done")),
        (8, events.FollowedUp(id="2-test", state="dropped", reason="it is gone")),
    )
    found = [(each.id, each.title, each.owner, each.state) for each in incident.follow_ups]
    assert found == [("1-alert", "Add an alert", "ada", "done"), ("2-test", "Add a test", "", "dropped")]
