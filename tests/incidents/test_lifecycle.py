"""Ids, entries, and what an incident allows: refused moves say what is allowed instead."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.incidents.stories import ADA, ID, T, declared, entries, told
from tests.trees import TEAM, write

from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.errors import UsageError
from lightship.incidents import events, lifecycle
from lightship.incidents.incident import Incident
from lightship.journal.entry import Actor

NOW = T + timedelta(hours=2)
AGO = T + timedelta(minutes=30)  # long before NOW, after the declaration
OPEN = told(declared())
MITIGATED = told(declared(), (10, events.Mitigated()))
RESOLVED = told(declared(), (10, events.Acknowledged()), (40, events.Resolved()))
CLOSED = told(declared(), (10, events.Closed(reason="a false alarm")))
LEFT = told(declared(), (10, events.FollowedUp(id="1-alert", title="Add an alert")))
DONE = told(
    declared(),
    (10, events.FollowedUp(id="1-alert", title="Add an alert")),
    (11, events.FollowedUp(id="1-alert", state="done")),
)


def test_ids_carry_the_day_and_letters_that_read_aloud_well() -> None:
    id = lifecycle.new_id(T, ())
    assert re.fullmatch(r"inc-20260302-[2-9a-z]{4}", id) and not set("01ilou") & set(id[-4:])
    assert events.Closed.model_validate({"reason": "x", "duplicate_of": id}).duplicate_of == id


def test_ids_are_never_taken_twice_and_repeat_where_randomness_is_given() -> None:
    first = lifecycle.new_id(T, (), b"0123456789")
    assert first == lifecycle.new_id(T, (), b"0123456789") != lifecycle.new_id(T, (first,), b"0123456789")
    taken: set[str] = set()
    for _ in range(2000):
        taken.add(lifecycle.new_id(T, taken))
    assert len(taken) == 2000


def test_entries_of_one_moment_keep_their_order() -> None:
    those = [events.Updated(text=str(number)) for number in range(50)]
    found = lifecycle.in_turn(ID, those, ADA, T)
    assert [entry.data["text"] for entry in sorted(found, key=lambda each: each.id)] == [
        e.text for e in those
    ]
    assert {entry.recorded_at for entry in found} == {T}


def test_what_an_event_is_made_of_is_judged_in_plain_words() -> None:
    with pytest.raises(lifecycle.Refused, match=r"title: .*at most 120 characters"):
        lifecycle.made(events.Declared, title="x" * 121, severity="SEV1")
    event = lifecycle.made(events.Declared, title="x", severity="SEV1", symptom=None)
    assert event == events.Declared(title="x", severity="SEV1")


@pytest.mark.parametrize(
    ("text", "found"),
    [("inc-20260302-abcd", ID), ("abcd", ID), ("ABCD ", ID), ("inc-20260302-a", ID), ("efgh", "inc-20260303-efgh")],
)  # fmt: skip
def test_an_id_may_be_shortened(text: str, found: str) -> None:
    assert lifecycle.find({ID, "inc-20260303-efgh"}, text) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("inc-2026", "may be any of inc-20260302-abcd, inc-20260303-abcd"),
        ("abcd", "write more of it"),
        ("inc-20260302-abce", "did you mean 'inc-20260302-abcd'"),
        ("zzzz", "there is no incident 'zzzz'"),
        ("", "there is no incident ''"),
    ],
)
def test_an_id_that_is_none_or_several_is_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        lifecycle.find({ID, "inc-20260303-abcd"}, text)


@pytest.mark.parametrize(
    ("incident", "event"),
    [
        (OPEN, events.Acknowledged()),
        (OPEN, events.Resolved(text="rolled back")),
        (OPEN, events.Mitigated(at=NOW - timedelta(minutes=4))),
        (OPEN, events.Mitigated(at=AGO, reason="told late")),
        (OPEN, events.Closed(reason="a false alarm")),
        (OPEN, events.Updated(status="identified")),
        (MITIGATED, events.Resolved()),
        (MITIGATED, events.Updated(text="watching")),
        (MITIGATED, events.Reopened(reason="it hurts again")),
        (RESOLVED, events.Updated(text="numbers")),
        (RESOLVED, events.Closed(reason="done")),
        (RESOLVED, events.Corrected(reason="x", milestone="resolved", at=T + timedelta(minutes=20))),
        (RESOLVED, events.Corrected(reason="x", milestone="acknowledged")),
        (RESOLVED, events.Corrected(reason="x", milestone="impact_started", at=T - timedelta(hours=1))),
        (CLOSED, events.Reopened(reason="x")),
        (CLOSED, events.FollowedUp(id="1-alert", title="Add an alert")),
        (CLOSED, events.PostmortemDrafted(path="catalog/postmortems/x.md")),
        (LEFT, events.FollowedUp(id="1-alert", state="done")),
    ],
)
def test_allowed(incident: Incident, event: events.Event) -> None:
    lifecycle.check(incident, event, NOW)


@pytest.mark.parametrize(
    ("incident", "event", "says"),
    [
        (CLOSED, events.Acknowledged(), "is closed by ada at 2026-03-02 09:10:00 UTC; allowed now: reopen"),
        (CLOSED, events.Updated(text="x"), "`lightship incident reopen inc-20260302-abcd --reason WHY` first"),
        (CLOSED, events.Closed(reason="x"), "is closed"),
        (RESOLVED, events.Resolved(), "was resolved by ada at 2026-03-02 09:40:00 UTC; `lightship incident correct"),
        (RESOLVED, events.Mitigated(), "is resolved; `lightship incident reopen"),
        (RESOLVED, events.Updated(status="identified"), "reopen inc-20260302-abcd --reason WHY` says that it is not"),
        (RESOLVED, events.Acknowledged(), "was acknowledged by ada"),
        (MITIGATED, events.Updated(status="mitigated"), "was mitigated by ada"),
        (MITIGATED, events.Acknowledged(), "--milestone acknowledged --at T --reason WHY` where it was acknowledged"),
        (OPEN, events.Reopened(reason="x"), "is open (declared); allowed now: ack, update, mitigate, resolve, close"),
        (OPEN, events.Updated(public=True), "nothing to tell"),
        (OPEN, events.Declared(title="x", severity="SEV1"), "is declared already"),
        (OPEN, events.Resolved(at=NOW + timedelta(hours=1)), "is still to come"),
        (OPEN, events.Resolved(at=AGO), "2 h ago; say with --reason"),
        (OPEN, events.Resolved(at=T - timedelta(hours=1), reason="x"), "resolved at 2026-03-02 08:00:00 UTC would be "
         "before declared at 2026-03-02 09:00:00 UTC"),
        (RESOLVED, events.Corrected(reason="x"), "nothing to correct"),
        (RESOLVED, events.Corrected(reason="x", milestone="impact_started", at=T + timedelta(minutes=1)),
         "impact started at 2026-03-02 09:01:00 UTC would be after declared at 2026-03-02 09:00:00 UTC"),
        (RESOLVED, events.Corrected(reason="x", milestone="resolved", at=NOW + timedelta(hours=1)), "still to come"),
        (RESOLVED, events.Corrected(reason="x", milestone="resolved"), "cannot have been resolved never"),
        (RESOLVED, events.Corrected(reason="x", milestone="declared"), "cannot have been declared never"),
        (OPEN, events.Corrected(reason="x", milestone="resolved", at=AGO), "is not resolved yet (declared); `lightship "
         "incident resolve"),
        (LEFT, events.FollowedUp(id="1-alrt", state="done"), "no follow-up '1-alrt'; did you mean '1-alert'?"),
        (OPEN, events.FollowedUp(id="1-alert", state="done"), "open: none"),
        (DONE, events.FollowedUp(id="1-alert", state="dropped"), "is done already"),
        (OPEN, events.FollowedUp(id="1-alert"), "needs a title"),
    ],
)  # fmt: skip
def test_refused_with_what_is_allowed(incident: Incident, event: events.Event, says: str) -> None:
    with pytest.raises(lifecycle.Refused) as refused:
        lifecycle.check(incident, event, NOW)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"at": T + timedelta(days=1)}, "still to come"),
        ({"at": T - timedelta(hours=1)}, "say with --reason"),
        ({"impact_started": T + timedelta(minutes=5)}, "still to come"),
        ({"detected": T - timedelta(hours=2), "impact_started": T - timedelta(hours=1)}, "would be after detected at"),
        ({"at": T - timedelta(hours=1), "reason": "x", "detected": T}, "would be after declared at"),
    ],
)  # fmt: skip
def test_a_declaration_whose_times_cannot_be(given: dict[str, object], says: str) -> None:
    event = lifecycle.made(events.Declared, title="x", severity="SEV1", **given)
    with pytest.raises(lifecycle.Refused, match=re.escape(says)):
        lifecycle.check_declared(event, T)


def test_impact_may_lie_back_without_a_reason() -> None:
    event = events.Declared(title="x", severity="SEV1", impact_started=T - timedelta(hours=3), detected=T)
    lifecycle.check_declared(event, T)


def closed(id: str, other: str = "", whole: str = "") -> Incident:
    event = events.Closed(reason="x", duplicate_of=other or None, merged_into=whole or None)
    return told(declared(), (1, event), id=id)


def test_duplicates_and_parts_exist_and_never_go_round_in_a_circle() -> None:
    one, two, three = (f"inc-20260302-aaa{letter}" for letter in "bcd")
    known = {one: told(declared(), id=one), two: closed(two, other=one), three: closed(three, whole=two)}

    def refused(event: events.Closed) -> str:
        with pytest.raises(lifecycle.Refused) as error:
            lifecycle.check_other(known[one], event, known.get)
        return str(error.value)

    lifecycle.check_other(told(declared()), events.Closed(reason="x", duplicate_of=three), known.get)
    assert "itself" in refused(events.Closed(reason="x", duplicate_of=one))
    assert f"{one} → {three} → {two} → {one}" in refused(events.Closed(reason="x", merged_into=three))
    assert "there is no incident" in refused(events.Closed(reason="x", duplicate_of="inc-20260302-zzzz"))


def test_the_same_declaration_again_within_moments_is_the_same_incident() -> None:
    _, event = declared()
    assert isinstance(event, events.Declared)
    soon, late = T + timedelta(minutes=9), T + timedelta(minutes=11)
    assert lifecycle.declared_again([OPEN], event, ADA, soon) == OPEN
    assert lifecycle.declared_again([OPEN], event, ADA, late) is None
    assert lifecycle.declared_again([CLOSED], event, ADA, soon) is None
    assert lifecycle.declared_again([OPEN], event, Actor("Ben", "ben", True), soon) is None
    other = event.model_copy(update={"services": ("cart",)})
    assert lifecycle.declared_again([OPEN], other, ADA, soon) is None


def test_the_same_news_again_within_moments_are_told_once() -> None:
    news = events.Updated(text="still looking")
    those = entries(declared(), (5, news))
    soon = T + timedelta(minutes=6)
    assert lifecycle.told_again(those, news, ADA, soon)
    assert not lifecycle.told_again(those, news, ADA, T + timedelta(minutes=16))
    assert not lifecycle.told_again(those, news, Actor("Ben", "ben", True), soon)
    assert not lifecycle.told_again(those, events.Updated(text="found it"), ADA, soon)
    assert not lifecycle.told_again([], news, ADA, soon)


def test_follow_ups_get_ids_that_people_can_type() -> None:
    assert (
        lifecycle.follow_up_id(OPEN, "Add an alert for refused payments!", ADA, NOW) == "1-add-an-alert-for"
    )
    assert lifecycle.follow_up_id(LEFT, "Ürgent 支払い", ADA, NOW) == "2-rgent"
    assert lifecycle.follow_up_id(LEFT, "Add an alert", ADA, T + timedelta(minutes=11)) == "1-alert"


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    names = {"checkout": "Checkout", "payment": "Payment gateway", "frontend-web": "Shop", "cart": "Cart"}
    files = {f"catalog/services/{id}.yaml": f"name: {name}\nowner: payments\n" for id, name in names.items()}
    files["catalog/services/cart.yaml"] += "formerly: [basket]\n"
    return load(folder(write(tmp_path, {**TEAM, **files})))


@pytest.mark.parametrize(
    ("text", "id"),
    [("checkout", "checkout"), ("Checkout", "checkout"), ("payment GATEWAY", "payment"), ("shop", "frontend-web"),
     ("basket", "cart"), ("frontend web", "frontend-web")],
)  # fmt: skip
def test_a_service_is_found_by_id_name_and_former_id(catalog: Catalog, text: str, id: str) -> None:
    assert lifecycle.match_service(text, catalog) == lifecycle.Match(id)


@pytest.mark.parametrize(("text", "near"), [("chekout", "checkout"), ("pay", "payment"), ("baskt", "cart")])
def test_a_service_that_is_none_names_the_near_misses(catalog: Catalog, text: str, near: str) -> None:
    match = lifecycle.match_service(text, catalog)
    assert (match.id, match.near[0]) == ("", near)
    assert lifecycle.match_service("zzzz", catalog) == lifecycle.Match()
