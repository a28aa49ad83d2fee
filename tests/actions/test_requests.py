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
