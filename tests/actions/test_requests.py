"""What became of requests, folded from claims, receipts and what people said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from tests.actions.stage import ACTOR, T

from lightship.actions.requests import Courses, fold, moment, subject
from lightship.journal.entry import Entry, new_id

GRANT = {"run": "a", "key": "k", "uses": "aws.grant_access", "undo": "aws.revoke_access", "with": {"a": "b"}}
UNTIL = {**GRANT, "expires_at": "2026-03-02T11:00:00.000Z", "for": "ada"}


def folded(*told: tuple[str, str, dict[str, object]]) -> Courses:
    records: dict[str, list[Entry]] = {}
    for number, (kind, about, data) in enumerate(told):
        at = T + timedelta(seconds=number)
        entry = Entry(new_id(at, number.to_bytes(10, "big")), kind, about, at, ACTOR, data)
        records.setdefault(kind, []).append(entry)
    return fold(records)


def receipt(outcome: str) -> tuple[str, str, dict[str, object]]:
    return "receipt", "req/grant", {"outcome": outcome, "detail": "so", "refs": {"x": "y"}}


CLAIM = ("claim", "req/grant", UNTIL)
AGAIN = ("claim", "req/grant/2", {**UNTIL, "run": "b", "expires_at": "2026-03-02T12:00:00.000Z"})


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([], "none"),
        ([CLAIM], "claimed"),
        ([CLAIM, receipt("done")], "done"),
        ([CLAIM, receipt("in_doubt")], "in_doubt"),
        ([CLAIM, receipt("nonsense")], "in_doubt"),
        ([CLAIM, receipt("in_doubt"), AGAIN], "claimed"),
        ([CLAIM, receipt("done"), AGAIN], "done"),
        ([CLAIM, receipt("done"), receipt("failed")], "done"),
        ([CLAIM, receipt("failed"), receipt("done")], "done"),
        ([CLAIM, receipt("in_doubt"), ("doubt.resolved", "req/grant", {"outcome": "done"})], "done"),
        ([CLAIM, receipt("in_doubt"), ("doubt.resolved", "req/grant", {"outcome": "not-done"})], "none"),
        ([CLAIM, ("doubt.resolved", "req/grant", {"outcome": "done"})], "done"),
        ([CLAIM, receipt("done"), ("doubt.resolved", "req/grant", {"outcome": "not-done"})], "done"),
        ([receipt("failed")], "failed"),
    ],
)
def test_states(told: Sequence[tuple[str, str, dict[str, object]]], state: str) -> None:
    assert folded(*told).of("req").step("grant").state == state


def test_the_first_claim_says_until_when() -> None:
    act = folded(CLAIM, AGAIN).of("req").step("grant")
    assert act.expires_at == T + timedelta(hours=2)
    assert (act.run, len(act.claims), act.double) == ("b", 2, False)
    assert folded(CLAIM, CLAIM).of("req").step("grant").double


def test_undoing_is_a_course_of_its_own() -> None:
    course = folded(CLAIM, receipt("done"), ("claim", "req/grant/undo", {"run": "a"})).of("req")
    assert (course.step("grant").state, course.undoing("grant").state) == ("done", "claimed")
    assert course.step("other").state == "none"


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ([CLAIM], 1),
        ([CLAIM, receipt("done")], 1),
        ([CLAIM, receipt("in_doubt")], 1),
        ([CLAIM, receipt("simulated")], 1),
        ([CLAIM, receipt("failed")], 0),
        ([CLAIM, receipt("refused")], 0),
        ([("claim", "req/grant", GRANT), receipt("done")], 0),
        ([("claim", "req/grant", {**UNTIL, "existed": True}), receipt("done")], 0),
        ([CLAIM, receipt("done"), ("receipt", "req/grant/undo", {"outcome": "failed"})], 1),
        ([CLAIM, receipt("done"), ("receipt", "req/grant/undo", {"outcome": "revoked"})], 0),
        ([CLAIM, receipt("simulated"), ("receipt", "req/grant/undo", {"outcome": "simulated"})], 0),
    ],
)
def test_grants(told: Sequence[tuple[str, str, dict[str, object]]], count: int) -> None:
    grants = folded(*told).grants
    assert len(grants) == count
    for grant in grants:
        assert (grant.uses, grant.key, grant.params, grant.beneficiary) == (
            "aws.grant_access",
            "k",
            {"a": "b"},
            "ada",
        )


def test_ends_are_what_was_said_first() -> None:
    course = folded(
        ("request.ended", "req", {"outcome": "done"}),
        ("request.ended", "req", {"outcome": "failed"}),
    ).of("req")
    assert (course.outcome, course.has_begun) == ("done", False)
    assert folded().of("req").outcome == ""


def test_subjects_are_told_apart() -> None:
    assert subject("req", "grant", False) == "req/grant"
    assert subject("req", "grant", False, 2) == "req/grant/2"
    assert subject("req", "undo", True, 3) == "req/undo/undo/3"
    course = folded(("claim", "req/undo", GRANT), ("claim", "req/undo/undo", {"run": "a"})).of("req")
    assert (course.step("undo").state, course.undoing("undo").state) == ("claimed", "claimed")


@pytest.mark.parametrize("value", [None, 3, "", "yesterday", "2026-03-02T11:00:00", ["x"]])
def test_what_is_no_moment_ends_never(value: object) -> None:
    assert moment(value) is None


def test_what_was_taken_back_before_its_time_stops_the_rest() -> None:
    """By the first that is known of it: the claim, or the receipt where none could be had."""
    early = {"outcome": "revoked"}
    assert folded(CLAIM, ("claim", "req/grant/undo", {}), receipt("done")).of("req").is_stopping
    assert folded(CLAIM, receipt("done"), ("receipt", "req/grant/undo", early)).of("req").is_stopping
    late = {**UNTIL, "expires_at": "2026-03-02T09:00:00.000Z"}
    over = folded(("claim", "req/grant", late), ("receipt", "req/grant/undo", early))
    assert not over.of("req").is_stopping
    assert folded(("claim", "req/grant", GRANT), ("receipt", "req/grant/undo", early)).of("req").is_stopping
    assert not folded(CLAIM, receipt("done")).of("req").is_stopping


@pytest.mark.parametrize(
    ("claims", "ours"),
    [
        ([], False),
        ([True], False),
        ([True, True], False),
        ([False], True),
        ([True, False], True),
        ([False, True], True),
    ],
)
def test_what_stood_there_before_is_nobodys_of_ours(claims: list[bool], ours: bool) -> None:
    told = [
        ("claim", f"req/grant{f'/{n}' if n else ''}", {**UNTIL, **({"existed": True} if existed else {})})
        for n, existed in enumerate(claims)
    ]
    assert folded(*told).of("req").step("grant").is_ours is ours


def test_what_was_first_claimed_with_counts_unless_it_called_nothing() -> None:
    def params(**more: object) -> object:
        again = {**UNTIL, "with": {"a": "c"}}
        claims = (("claim", "req/grant", {**UNTIL, **more}), ("claim", "req/grant/2", again))
        return folded(*claims).of("req").step("grant").params

    assert params() == {"a": "b"}
    assert params(simulated=True) == {"a": "c"}
    assert params(**{"with": "x"}) is None
    only = folded(("claim", "req/grant", {**UNTIL, "simulated": True})).of("req").step("grant")
    assert (only.params, only.intent["with"], only.called) == (None, {"a": "b"}, ())


def test_only_what_may_have_been_called_may_be_done() -> None:
    simulated = ("claim", "req/grant", {**UNTIL, "simulated": True})
    told = (
        [CLAIM],
        [CLAIM, receipt("in_doubt")],
        [simulated],
        [CLAIM, receipt("done")],
        [simulated, AGAIN],
        [],
    )
    found = [folded(*each).of("req").step("grant").may_be_done for each in told]
    assert found == [True, True, False, False, True, False]


def test_grants_come_in_the_order_of_their_ends() -> None:
    def claim(request: str, step: str, hour: int) -> tuple[str, str, dict[str, object]]:
        return "claim", f"{request}/{step}", {**UNTIL, "expires_at": f"2026-03-02T{hour}:00:00.000Z"}

    courses = folded(claim("b", "x", 12), claim("a", "z", 12), claim("a", "y", 12), claim("c", "x", 11))
    assert [(grant.request, grant.step) for grant in courses.grants] == [
        ("c", "x"),
        ("a", "y"),
        ("a", "z"),
        ("b", "x"),
    ]
    assert [grant.step for grant in courses.of("a").takeable] == ["z", "y"], "in the order of their claims"


@pytest.mark.parametrize(
    ("done", "undone", "over"),
    [
        ((), (receipt("done"),), True),
        ((receipt("done"),), (), False),
        ((receipt("done"),), (receipt("revoked"),), True),
        ((receipt("done"),), (receipt("simulated"),), True),
        ((receipt("done"),), (receipt("done"),), True),
        ((receipt("done"),), (receipt("failed"),), False),
        ((receipt("done"),), (receipt("in_doubt"),), False),
    ],
)
def test_when_it_is_over_with_taking_back(
    done: Sequence[tuple[str, str, dict[str, object]]],
    undone: Sequence[tuple[str, str, dict[str, object]]],
    over: bool,
) -> None:
    back = [(kind, "req/grant/undo", data) for kind, _, data in undone]
    course = folded(CLAIM, *done, *back).of("req")
    assert course.undoing("grant").undoes(course.step("grant")) is over


def test_what_was_done_after_it_was_taken_back_is_not_over() -> None:
    course = folded(CLAIM, ("receipt", "req/grant/undo", {"outcome": "revoked"}), receipt("done")).of("req")
    assert not course.undoing("grant").undoes(course.step("grant"))


def test_entries_are_counted_once_and_by_their_ids_whatever_their_order() -> None:
    told = folded(CLAIM, receipt("done")).of("req").step("grant")
    assert told.receipt is not None
    entries = [told.receipt, *told.claims]
    course = fold({"receipt": [*entries, *entries], "claim": entries}).of("req")
    assert (course.step("grant").state, len(course.step("grant").claims)) == ("done", 1)


def test_what_a_receipt_tells() -> None:
    act = folded(CLAIM, receipt("done")).of("req").step("grant")
    assert (act.refs, act.detail, act.run) == ({"x": "y"}, "so", "a")
    bare = folded(CLAIM, ("receipt", "req/grant", {"outcome": "done", "refs": "x"})).of("req").step("grant")
    assert (bare.refs, bare.detail) == ({}, "")
    none = folded(("receipt", "req/grant", {"outcome": "done"})).of("req").step("grant")
    assert (none.run, none.intent, none.expires_at) == ("", {}, None)


def test_words_that_say_nothing_of_a_step_are_passed_over() -> None:
    course = folded(("claim", "req", GRANT), ("doubt.resolved", "req/grant", {"outcome": "done"})).of("req")
    assert (list(course.steps), course.step("grant").state) == (["grant"], "none")


def test_only_what_is_done_simulated_refused_or_failed_is_over() -> None:
    over = {
        outcome: folded(CLAIM, receipt(outcome)).of("req").step("grant").is_over
        for outcome in ("done", "simulated", "refused", "failed", "revoked", "in_doubt")
    }
    assert [outcome for outcome, is_over in over.items() if not is_over] == ["in_doubt"]
    assert not folded(CLAIM).of("req").step("grant").is_over
