"""DORA's four, by a table worked out by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.incidents.stories import T, declared, told

from lightship.catalog.settings import Settings
from lightship.facts.records import Change
from lightship.incidents import events
from lightship.incidents.evidence import Evidence
from lightship.incidents.figures import Period
from lightship.incidents.metrics import grouped, metrics

DAY = 24 * 60
NOW = T + timedelta(days=10)


def _deployed(id: str, minutes: float, lead: float | None = 30, **more: object) -> Change:
    at = T + timedelta(minutes=minutes)
    committed = at - timedelta(minutes=lead) if lead is not None else None
    data = {"id": id, "title": id, "at": at, "committed_at": committed, "services": ("checkout",), **more}
    return Change.model_validate(data)


CHANGES = (
    _deployed("good", 0),
    _deployed("culprit", DAY, lead=90),
    _deployed("failed", 2 * DAY, status="failed"),
    _deployed("retry", 2 * DAY + 25, lead=60),
    _deployed("undone", 3 * DAY, lead=None, status="rolled-back"),
    _deployed("back", 3 * DAY + 10, kind="rollback"),
    _deployed("odd", 4 * DAY, lead=-5, services=("cart",)),
    _deployed("stage", 4 * DAY, environment="blue"),
    _deployed("elsewhere", 4 * DAY, environment="lab"),
    _deployed("plan", 9 * DAY, status="planned"),
    _deployed("to-come", 40 * DAY, status="planned"),
    _deployed("lost", 5 * DAY, services=("mail",), status="failed"),
)
CAUSED = told(
    declared(),
    (DAY + 40, events.Mitigated()),
    (DAY + 300, events.Resolved(cause="culprit")),
)
EVIDENCE = Evidence(
    (CAUSED,), Settings(), NOW, CHANGES, {"checkout": "payments"}, {"blue": "staging", "live": "production"}
)


def test_the_four_by_hand() -> None:
    found = metrics(EVIDENCE)
    frequency = found["deployment_frequency"]
    # good, culprit, retry, undone and odd reached production, within ten days from the first to now.
    assert (frequency.n, frequency.days, frequency.mean) == (5, 10, 0.5)
    assert sorted(found["lead_time"].values) == [30, 60, 90]
    failures = found["change_failure_rate"]
    assert (failures.n, sum(failures.values)) == (7, 4)
    # culprit by its incident's mitigation, failed by the retry, undone by the rollback.
    assert sorted(found["recovery_time"].values) == [10, 25, 40]
    assert {each.id: each.reason for each in found["recovery_time"].excluded} == {
        "lost": "nothing that repaired it is recorded"
    }
    assert {each.id: each.reason for each in found["lead_time"].excluded} == {
        "failed": "failed: nothing was deployed",
        "lost": "failed: nothing was deployed",
        "undone": "when it was committed is not recorded",
        "odd": "negative: deployed at 2026-03-06 09:00 UTC, committed at 2026-03-06 09:05 UTC",
        "stage": "environment 'blue' is staging",
        "elsewhere": "environment 'lab' is not in the catalog",
        "plan": "only planned",
    }


def test_a_rate_is_over_the_days_of_which_there_are_records() -> None:
    begun = Period(T - timedelta(days=90), T + timedelta(days=2))
    assert metrics(EVIDENCE, begun)["deployment_frequency"].days == 2
    assert metrics(EVIDENCE, Period(T + timedelta(days=1)))["deployment_frequency"].days == 9
    assert grouped(EVIDENCE, "service").groups["cart"]["deployment_frequency"].days == 10


def test_nothing_is_said_without_records() -> None:
    assert "lead_time" not in metrics(Evidence((CAUSED,), Settings(), NOW))
    assert "lead_time" not in metrics(EVIDENCE, Period(until=T - timedelta(days=1)))


def test_an_incident_without_an_end_leaves_its_deployment_out() -> None:
    still = told(declared(), (5, events.Corrected(reason="found", cause="culprit")))
    found = metrics(Evidence((still,), Settings(), NOW, CHANGES))["recovery_time"]
    assert "culprit" in {each.id for each in found.excluded}


def test_a_repair_outside_the_period_counts() -> None:
    period = Period(T + timedelta(days=2), T + timedelta(days=2, minutes=5))
    assert metrics(EVIDENCE, period)["recovery_time"].values == (25,)


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("team", {"payments": 4}),
        ("service", {"cart": 1, "checkout": 4, "mail": 0}),
        ("month", {"2026-03": 5}),
        ("severity", {"SEV2": None}),
    ],
)
def test_groups_have_the_four_where_changes_tell_the_group(by: str, groups: dict[str, int | None]) -> None:
    found = grouped(EVIDENCE, by).groups
    assert {
        name: each["deployment_frequency"].n if "deployment_frequency" in each else None
        for name, each in found.items()
    } == groups
