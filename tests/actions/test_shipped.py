"""The actions that are shipped: what a team on call expects, each of which can be filled in for a service that is known whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lightship import text
from lightship.actions.inputs import complete
from lightship.actions.operations import registry
from lightship.actions.parameters import applies
from lightship.actions.templates import is_dynamic
from lightship.actions.values import Asking, ends_in, of_portal, values
from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.source import folder

ROOT = Path(__file__).parents[2]
CATALOG = load(folder(ROOT))
INCIDENT = {
    "id": "inc-20261125-k7qm",
    "title": "Orders fail",
    "severity": "SEV1",
    "state": "declared",
    "services": ["checkout"],
    "channel": "",
    "bridge": "",
}
SPAN = {"start": "2026-11-26T10:00Z", "end": "2026-11-26T12:00Z"}
GIVEN: dict[str, dict[str, Any]] = {
    "ask-waiver": {"scorecard": "production-readiness", "rule": "has-oncall"},
    "channel-update": {"text": "We roll it back."},
    "drain-region": {"environment": "production-eu"},
    "maintenance-window": {"title": "Move the database", **SPAN},
    "reassign-page": {"person": "nia-farlight"},
    "reboot-instance": {"instance": "i-0123456789abcdef0"},
    "remind-team": {"text": "Please look at it."},
    "restart-ecs-service": {"cluster": "shop"},
    "statuspage-component": {"state": "partial_outage"},
    "statuspage-update": {"message": "We have found the cause, and roll it back."},
    "swap-shifts": {
        "schedule": "checkout-primary",
        "colleague": "nia-farlight",
        **SPAN,
        "their_start": "2026-11-27T10:00Z",
        "their_end": "2026-11-27T12:00Z",
    },
    "take-shift": {"schedule": "checkout-primary", **SPAN},
}
EXPECTED = """
temporary-access temporary-team-membership page-on-call acknowledge-page escalate-page reassign-page take-shift swap-shifts
statuspage-open statuspage-update statuspage-resolve statuspage-component incident-channel channel-update sync-application
rollback-deployment restart-service restart-ecs-service reboot-instance notes-page postmortem-page ask-waiver lock-service
unlock-service maintenance-window remind-team weekly-handover drain-region
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return CATALOG


def _asking(catalog: Catalog, target: bool) -> Asking:
    person = "freja-polarstad"
    said = {
        "id": "req-1",
        "reason": "Orders fail.",
        "requester": person,
        "for": person,
        "incident": INCIDENT["id"],
    }
    portal = of_portal(catalog.settings)
    return Asking(catalog.entities, person, person, "checkout" if target else None, INCIDENT, said, portal)


def test_what_a_team_on_call_expects_is_there(catalog: Catalog) -> None:
    assert set(EXPECTED.split()) <= set(catalog.actions)
    for action in catalog.actions.values():
        assert action.name and action.description and action.owner, action.id
        assert all(schema.get("title") for schema in action.properties.values()), action.id
        assert action.inputs.get("additionalProperties") is False or not action.inputs, action.id


@pytest.mark.parametrize("id", sorted(CATALOG.actions))
def test_an_action_can_be_filled_in_for_a_service_that_is_known_whole(catalog: Catalog, id: str) -> None:
    action = catalog.actions[id]
    asking = _asking(catalog, action.target is not None)
    done = complete(action, GIVEN.get(id, {}), asking)
    assert done.troubles == ()
    seen = values(action, asking, done.inputs)
    end = ends_in(action, seen)
    assert (end is None) == (action.expires is None)
    steps = [step for step in action.steps if applies(step, seen)]
    assert steps
    for step in steps:
        params = registry()[step.uses].params.model_validate(text.fill(step.with_, seen))
        assert "{{" not in params.model_dump_json(), step.id


@pytest.mark.parametrize("id", sorted(CATALOG.actions))
def test_what_it_does_depends_on_what_is_asked(catalog: Catalog, id: str) -> None:
    assert any(is_dynamic(step.with_) for step in catalog.actions[id].steps)


def test_access_ends_by_itself_and_somebody_approves_it(catalog: Catalog) -> None:
    for action in catalog.actions.values():
        if action.category == "access":
            assert action.longest is not None and all(step.undo for step in action.steps if step.critical)
        if action.category == "access" or action.risk == "high":
            tiers = catalog.policies[action.policy].tiers
            assert all(tier.approvers and tier.auto_approve is None for tier in tiers), action.id


def test_declaring_a_sev1_does_what_the_field_expects(catalog: Catalog) -> None:
    by_event = {(trigger.on, action.id) for action in catalog.actions.values() for trigger in action.triggers}
    assert {id for on, id in by_event if on == "incident-declared"} == {
        "incident-channel",
        "page-on-call",
        "statuspage-open",
        "notes-page",
    }
    for on in ("incident-unacknowledged", "update-overdue"):
        assert {id for found, id in by_event if found == on} == {"channel-update", "escalate-page"}
    # What customers read is a draft until somebody says yes.
    assert all(
        tier.auto_approve is None
        for tier in catalog.policies[catalog.actions["statuspage-open"].policy].tiers
    )


def test_nudges_come_before_escalations(catalog: Catalog) -> None:
    nudges = {trigger.on: trigger for trigger in catalog.actions["channel-update"].triggers}
    for trigger in catalog.actions["escalate-page"].triggers:
        assert nudges[trigger.on].after is None and trigger.after is not None


def test_a_service_that_another_system_does_not_know_is_told_so(catalog: Catalog) -> None:
    action = catalog.actions["page-on-call"]
    lacking = next(service for service in catalog.services.values() if service.integrations.pagerduty is None)
    asking = Asking(
        catalog.entities,
        "freja-polarstad",
        "freja-polarstad",
        lacking.id,
        INCIDENT,
        {"id": "r", "reason": "x"},
    )
    seen = values(action, asking, complete(action, {}, asking).inputs)
    with pytest.raises(text.BadText, match=r"there is no 'target\.integrations\.pagerduty\.service_id'"):
        text.fill(action.steps[0].with_, seen)
