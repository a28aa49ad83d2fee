"""Operations: found by folder, described for people, and their parameters judged as the vendors would."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from lightship.actions.operations import Operation, operation, registry
from lightship.actions.operations.base import Record

ALL = tuple(registry().values())
ISSUE = """
aws.grant_access aws.revoke_access aws.restart_service aws.reboot_instance aws.shift_traffic github.add_team_member
pagerduty.trigger_incident pagerduty.acknowledge_incident pagerduty.escalate_incident pagerduty.reassign_incident
pagerduty.resolve_incident pagerduty.create_override statuspage.create_incident statuspage.update_incident
statuspage.resolve_incident statuspage.update_component slack.create_channel slack.post_message slack.update_message
slack.archive_channel argocd.sync_application argocd.rollback_application argocd.restart_application notion.create_page
notion.append_text lightship.lock_service lightship.unlock_service lightship.open_maintenance lightship.override_shift
lightship.draft_waiver
"""
WAIVER = {"request": "req-01m8", "service": "cart", "scorecard": "s", "rule": "r", "reason_code": "retiring", "days": 1, "reason": "So."}  # fmt: skip


def test_what_a_team_on_call_needs_is_there() -> None:
    assert set(ISSUE.split()) <= set(registry())
    assert operation("aws.grant_access") is registry()["aws.grant_access"]
    assert operation("aws.grant_acces") is None


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.id)
def test_an_operation_describes_itself(each: Operation) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)+", each.id)
    assert each.title and not each.title.endswith(".") and each.vendor == each.id.split(".")[0]
    assert all(field.description for field in each.params.model_fields.values())
    assert all(re.fullmatch(r"[a-z_]+", ref) for ref in each.refs)
    assert issubclass(each.params, Record) == (each.idempotency == "record")


@pytest.mark.parametrize("each", [each for each in ALL if each.undo], ids=lambda each: each.id)
def test_what_takes_it_back_takes_the_same_parameters(each: Operation) -> None:
    undo = registry()[each.undo or ""]
    assert undo.undo is None and undo.vendor == each.vendor
    assert set(each.params.model_fields) <= set(undo.params.model_fields)
    needed = {name for name, field in undo.params.model_fields.items() if field.is_required()}
    assert needed <= {name for name, field in each.params.model_fields.items() if field.is_required()}


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.id)
def test_unknown_parameters_are_refused(each: Operation) -> None:
    with pytest.raises(ValidationError) as caught:
        each.params.model_validate({"nobody_knows_this": 1})
    assert ("extra_forbidden", ("nobody_knows_this",)) in {
        (error["type"], error["loc"]) for error in caught.value.errors()
    }


SPAN = {"start": "2026-06-01T10:00Z", "end": "2026-06-01T12:00Z"}


@pytest.mark.parametrize(
    ("id", "params"),
    [
        ("aws.grant_access", {"account": "1", "permission_set": "ReadOnly", "principal": "ada"}),
        ("aws.reboot_instance", {"account": "1" * 12, "region": "eu-central-1", "instance": "web-1"}),
        ("aws.shift_traffic", {"environment": "eu", "region": "eu-central-1", "weight": 256}),
        ("github.add_team_member", {"team": "acme", "user": "ada"}),
        ("github.add_team_member", {"team": "acme/web", "user": "ада"}),
        ("slack.create_channel", {"channel": "Not A Channel"}),
        ("slack.post_message", {"channel": "web", "text": " "}),
        ("statuspage.update_component", {"component": "x", "state": "fine"}),
        (
            "pagerduty.create_override",
            {"schedule": "P", "user": "U", "start": SPAN["end"], "end": SPAN["start"]},
        ),
        ("pagerduty.create_override", {"schedule": "P", "user": "U", **SPAN, "start": "2026-06-01T10:00"}),
        (
            "lightship.open_maintenance",
            {"service": "cart", "title": "x", "start": SPAN["end"], "end": SPAN["end"]},
        ),
        (
            "lightship.draft_waiver",
            {**WAIVER, "days": 0},
        ),
        ("lightship.draft_waiver", {**WAIVER, "reason_code": "because"}),
        (
            "lightship.draft_waiver",
            {**WAIVER, "request": "req-../../main"},
        ),
    ],
)
def test_what_the_other_system_would_refuse_is_refused_here(id: str, params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        registry()[id].params.model_validate(params)


def test_a_waiver_may_wait_for_who_agrees() -> None:
    assert registry()["lightship.draft_waiver"].params.model_validate({**WAIVER, "approved_by": None})


def test_numbers_may_come_as_text() -> None:
    found = registry()["aws.shift_traffic"].params.model_validate(
        {"environment": "eu", "region": "eu-central-1", "weight": "0"}
    )
    assert found.model_dump()["weight"] == 0


def test_a_record_says_what_it_is_about() -> None:
    found = registry()["lightship.lock_service"].params.model_validate({"service": "cart", "reason": "Sale"})
    assert isinstance(found, Record)
    assert (found.kind, found.subject) == ("service.locked", "cart")
