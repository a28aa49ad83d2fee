"""What is recorded of claims, receipts and ends, to the letter: it is published, and later runs go by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.actions import stage
from tests.actions.stage import GRANT, TELL, Stage, T, action, question
from tests.actions.test_requests import CLAIM, UNTIL, folded, receipt

from lightship.actions import receipts
from lightship.actions.plan import Step, plan
from lightship.actions.question import Decision, Held, Question, Requirement, Vote

WITH = {"account": "123456789012", "permission_set": "operator", "principal": "ada"}


def step(asked: Question) -> Step:
    return plan(asked, T).steps[0]


def test_a_claim_says_what_is_about_to_be_done_and_how_to_take_it_back() -> None:
    asked = question(action(GRANT))
    assert receipts.claim(step(asked), asked, simulated=False, existed=False) == {
        "key": step(asked).key,
        "uses": "aws.grant_access",
        "digest": "d" * 64,
        "policy_digest": "p" * 64,
        "for": "ada",
        "critical": True,
        "undo": "aws.revoke_access",
        "with": WITH,
        "expires_at": "2026-03-02T11:00:00.000Z",
    }


def test_what_is_never_taken_back_keeps_its_parameters_to_itself() -> None:
    asked = question(action(TELL, expires=None))
    told = receipts.claim(step(asked), asked, simulated=True, existed=True)
    assert (told.keys() & {"undo", "with", "expires_at"}, told["critical"]) == (set(), False)
    assert (told["simulated"], told["existed"]) == (True, True)


def test_a_claim_names_the_approvals_that_count_and_the_use_of_break_glass() -> None:
    good = Vote("v\n1", "bo", "approve", T, "d" * 64)
    others = (
        replace(good, verdict="deny"),
        replace(good, verified=False),
        replace(good, digest="e" * 64),
    )
    asked = stage.broken(question(action(TELL, expires=None), votes=(*others, good)))
    told = receipts.claim(step(asked), asked, simulated=False, existed=False)
    assert told["votes"] == [{"id": "v 1", "person": "bo", "at": "2026-03-02T09:00:00.000Z"}]
    assert told["glass"] == {
        "person": "ada",
        "at": "2026-03-02T09:00:00.000Z",
        "review_due": "2026-03-03T09:00:00.000Z",
    }
    for policy in (None, stage.AUTO):
        bare = replace(asked, base=replace(asked.base, policy=policy))
        told = receipts.claim(step(bare), bare, simulated=False, existed=False)
        assert told["glass"] == {"person": "ada", "at": "2026-03-02T09:00:00.000Z"}
    plain = question(action(TELL, expires=None), votes=others)
    assert not receipts.claim(step(plain), plain, simulated=False, existed=False).keys() & {"votes", "glass"}


def test_what_is_about_to_be_taken_back() -> None:
    [grant] = folded(CLAIM, receipt("done")).grants
    assert receipts.undoing(grant) == {"key": "k", "uses": "aws.revoke_access"}
    [grant] = folded((*CLAIM[:2], {**UNTIL, "simulated": True}), receipt("simulated")).grants
    assert receipts.undoing(grant) == {"key": "k", "uses": "aws.revoke_access", "simulated": True}


def test_a_receipt_has_the_references_that_the_operation_declares() -> None:
    refs = {"principal": "a\tda", "account": "1", "secret": "hunter2"}
    assert receipts.receipt("done", "so", "aws.grant_access", refs) == {
        "outcome": "done",
        "detail": "so",
        "refs": {"account": "1", "principal": "a da"},
    }
    for uses in ("", "aws.no_such_thing"):
        assert receipts.receipt("failed", "so", uses, refs) == {"outcome": "failed", "detail": "so"}
    assert receipts.receipt("done", "so", "aws.grant_access") == {"outcome": "done", "detail": "so"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("one\r\ntwo\x1b[31m", "one  two [31m"),
        ("x" * 500, "x" * 500),
        ("x" * 501, "x" * 499 + "…"),
    ],
)
def test_texts_are_one_line_and_not_too_long(written: str, kept: str) -> None:
    assert receipts.receipt("done", written)["detail"] == kept
    assert receipts.ended("done", written, None) == {"outcome": "done", "why": kept}


def test_an_end_has_the_decision_that_it_rests_on() -> None:
    decision = Decision(
        "allowed",
        (Requirement("owner", 1, (Held("bo", "target-owner"),), ("cy",)),),
        ("a\nb",),
        T,
        "quorum",
        "Owners",
        T + timedelta(days=1),
    )
    assert receipts.ended("done", "", decision) == {
        "outcome": "done",
        "why": "",
        "decision": {
            "allowed": True,
            "state": "allowed",
            "how": "quorum",
            "tier": "Owners",
            "reasons": ["a b"],
            "requirements": [
                {
                    "id": "owner",
                    "needed": 1,
                    "satisfied_by": [{"person": "bo", "capacity": "target-owner"}],
                }
            ],
            "expires_at": "2026-03-02T09:00:00.000Z",
            "review_due": "2026-03-03T09:00:00.000Z",
        },
    }
    bare = receipts.decided(Decision("denied"))
    assert (bare["expires_at"], bare["review_due"]) == (None, None)


def test_every_entry_names_its_run() -> None:
    world = Stage()
    world.vendor("aws.grant_access", "state")
    world.execute(question(action(GRANT)))
    assert {entry.data["run"] for entry in world.ref.entries} == {"run-1"}
