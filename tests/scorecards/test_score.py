"""Outcomes, levels, waivers and the age of facts, on small repositories."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.scorecards.shop import (
    CARD,
    CART,
    NOW,
    PAY,
    SHOP,
    WAIVER,
    level,
    outcomes,
    read,
    rule,
    scorecard,
    scored,
    service,
    waiver,
)
from tests.trees import write

from lightship.catalog.cache import Cache
from lightship.catalog.load import load
from lightship.catalog.locate import located
from lightship.catalog.source import folder
from lightship.facts.snapshot import NONE, Snapshot, snapshot
from lightship.scorecards.score import score


def facts(observed: str = "2026-03-04T12:00:00Z", **values: object) -> Snapshot:
    document = {"source": "scanner", "observed_at": observed, "services": {"cart": values}}
    return snapshot([("facts:scanner.json", json.dumps(document).encode())], "c0ffee")


def one_rule(check: str, applies: str = "true", **more: str) -> str:
    return scorecard({"it": ("bronze", applies, check)}, **more)


def test_the_five_outcomes_and_the_levels_that_follow(tmp_path: Path) -> None:
    files = {**SHOP, CART: service(runbooks="", tier="3"), WAIVER: waiver()}
    scores = scored(write(tmp_path, files))
    assert outcomes(scores, "cart") == {
        "has-runbook": "waived",
        "owned": "pass",
        "has-oncall": "not_applicable",
        "runbooks-reviewed": "not_applicable",
        "firm-ground": "pass",
        "scanned": "no_data",
    }
    assert level(scores, "cart") == "silver with 1 waiver"
    assert level(scores, "pay") == "silver"


@pytest.mark.parametrize(
    ("fields", "expected", "needed"),
    [
        ({}, "silver", ["scanned"]),
        ({"schedule": ""}, "bronze", ["has-oncall"]),
        ({"runbooks": ""}, "none", ["has-runbook"]),
        ({"runbooks": "", "schedule": ""}, "none", ["has-runbook"]),
    ],
)
def test_a_level_holds_when_its_rules_and_those_below_do(
    tmp_path: Path, fields: dict[str, str], expected: str, needed: list[str]
) -> None:
    scores = scored(write(tmp_path, {**SHOP, CART: service(**fields)}))
    assert level(scores, "cart") == expected
    standing = scores.standing("cart", scores.rulebook.cards[0])
    assert [each.model.id for each in standing.needed] == needed


def test_all_levels_hold_at_the_top(tmp_path: Path) -> None:
    scores = scored(write(tmp_path, dict(SHOP)), facts(open_alerts=0))
    standing = scores.standing("cart", scores.rulebook.cards[0])
    assert (standing.level, standing.next_level, standing.needed) == ("gold", None, ())


def test_a_scorecard_that_does_not_apply_gives_no_level(tmp_path: Path) -> None:
    files = {**SHOP, CARD: scorecard(head="applies_to: service.tier == 1\n")}
    scores = scored(write(tmp_path, files))
    standing = scores.standing("cart", scores.rulebook.cards[0])
    assert (standing.level, standing.applies, standing.label) == (None, False, "-")
    assert set(outcomes(scores, "cart").values()) == {"not_applicable"}


def test_retired_services_are_not_judged(tmp_path: Path) -> None:
    scores = scored(write(tmp_path, {**SHOP, CART: service(lifecycle="retired")}))
    assert set(scores.letters) == {"pay"}


@pytest.mark.parametrize(
    ("on_missing", "expected"),
    [("no_data", "no_data"), ("fail", "fail"), ("not_applicable", "not_applicable")],
)
def test_what_a_missing_fact_means(tmp_path: Path, on_missing: str, expected: str) -> None:
    card = one_rule("facts.coverage > 80", on_missing=on_missing)
    assert outcomes(scored(write(tmp_path, {**SHOP, CARD: card})), "cart") == {"it": expected}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 3, 5, 11, 59, tzinfo=UTC), "pass"),
        (datetime(2026, 3, 5, 12, 0, tzinfo=UTC), "pass"),
        (datetime(2026, 3, 5, 12, 1, tzinfo=UTC), "no_data"),
    ],
)
def test_a_fact_grows_too_old(tmp_path: Path, now: datetime, expected: str) -> None:
    card = one_rule("facts.coverage > 80", max_age="1d")
    scores = scored(write(tmp_path, {**SHOP, CARD: card}), facts(coverage=90), now)
    assert outcomes(scores, "cart") == {"it": expected}
    assert scores.until <= now + timedelta(days=1)


def test_scores_hold_until_the_next_fact_is_too_old(tmp_path: Path) -> None:
    card = one_rule("facts.coverage > 80", max_age="4h")
    scores = scored(write(tmp_path, {**SHOP, CARD: card}), facts(coverage=90))
    assert scores.until == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)


def test_a_rule_to_come_is_judged_and_hinders_nobody(tmp_path: Path) -> None:
    card = one_rule("service.tier == 1", effective_from="2026-04-01")
    root = write(tmp_path, {**SHOP, CARD: card})
    assert outcomes(scored(root), "cart") == {"it": "fail"} and level(scored(root), "cart") == "gold"
    later = scored(root, now=NOW + timedelta(days=60))
    assert level(later, "cart") == "none"


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, True),
        ({"expires_at": "2026-03-04"}, True),
        ({"expires_at": "2026-03-03"}, False),
        ({"approved_by": "nobody"}, False),
        ({"approved_by": "eve"}, False),
        ({"approved_at": "2026-03-05"}, False),
        ({"expires_at": "2026-12-31"}, False),
        ({"service": "pay"}, False),
        ({"rule": "owned"}, False),
    ],
)
def test_which_waivers_count(tmp_path: Path, fields: dict[str, str], counts: bool) -> None:
    files = {**SHOP, CART: service(runbooks=""), WAIVER: waiver(**fields)}
    found = outcomes(scored(write(tmp_path, files)), "cart")["has-runbook"]
    assert found == ("waived" if counts else "fail")


def test_a_waiver_does_not_hide_a_pass(tmp_path: Path) -> None:
    scores = scored(write(tmp_path, {**SHOP, WAIVER: waiver()}))
    assert outcomes(scores, "cart")["has-runbook"] == "pass"


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("service.ownr == ''", "'service' has no field 'ownr'"),
        ("service.tier ==", "the expression is not CEL"),
        ("facts.coverage > 80", "'it' breaks on cart"),
        ("service.tier", "'it' breaks on cart and 1 more: the result is int"),
    ],
)
def test_a_broken_condition_is_a_finding_at_its_line_and_no_data(
    tmp_path: Path, check: str, message: str
) -> None:
    root = write(tmp_path, {**SHOP, CARD: one_rule(check)})
    catalog = read(root)
    scores = score(catalog, facts(coverage="high"), NOW)
    assert outcomes(scores, "cart") == {"it": "no_data"}
    (finding,) = located(scores.findings, catalog.source)
    assert finding.message.startswith(message)
    assert (root / CARD).read_text().splitlines()[finding.line - 1].strip().startswith("check:")


def test_a_broken_scope_lets_nobody_pass(tmp_path: Path) -> None:
    card = scorecard({"it": ("bronze", "true", "true")}, head="applies_to: service.teir == 1\n")
    scores = scored(write(tmp_path, {**SHOP, CARD: card}))
    assert outcomes(scores, "cart") == {"it": "no_data"} and level(scores, "cart") == "none"
    assert [found.keys for found in scores.findings] == [("applies_to",)]


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("oncall.covered && oncall.gap_hours == 0 && size(oncall.people) == 2", "pass"),
        (
            "oncall.schedule == 'rota' && oncall.source == 'rotations' && oncall.escalation_levels == 0",
            "pass",
        ),
        ("team.lead_active && team.active_members == ['ada', 'bob']", "pass"),
        ("runbooks.all(r, r.review == 'current' && !r.verified && r.name == 'Errors')", "pass"),
        ("today == timestamp('2026-03-04T00:00:00Z')", "pass"),
        ("dependents.exists(d, d.id == 'pay' && d.kind == 'data' && d.critical)", "pass"),
        ("size(dependencies) == 0 && size(slos) == 0 && !has(system.name)", "pass"),
        ("service.tier == 2 && service.lifecycle == 'production' && service.name == 'Cart'", "pass"),
        ("has(service.integrations.pagerduty) || has(service.system) || has(service.description)", "fail"),
    ],
)
def test_what_conditions_see(tmp_path: Path, check: str, expected: str) -> None:
    needs = service("Pay", tier="1", depends_on="[{service: cart, kind: data}]")
    files = {**SHOP, CARD: one_rule(check), PAY: needs}
    assert outcomes(scored(write(tmp_path, files)), "cart") == {"it": expected}


def test_an_empty_rota_is_a_gap_and_another_systems_is_no_data(tmp_path: Path) -> None:
    rota = "team: shop\ntimezone: UTC\nlayers:\n  - {people: [eve], starts: 2026-01-05, handover: '09:00', length: 7d}\n"
    files = {**SHOP, CARD: one_rule("oncall.covered"), "catalog/schedules/rota.yaml": rota}
    assert outcomes(scored(write(tmp_path, files)), "cart") == {"it": "fail"}
    write(tmp_path, {"catalog/schedules/rota.yaml": "team: shop\ntimezone: UTC\nsource: facts\n"})
    assert outcomes(scored(tmp_path), "cart") == {"it": "no_data"}


def test_a_service_without_a_tier_is_below_all_others(tmp_path: Path) -> None:
    card = scorecard(
        {"low": ("bronze", "true", "service.tier > 4"), "set": ("bronze", "true", "has(service.tier)")}
    )
    scores = scored(write(tmp_path, {**SHOP, CARD: card, CART: service(tier="")}))
    assert outcomes(scores, "cart") == {"low": "pass", "set": "fail"}


CHANGES = {
    CART: service(runbooks=""),
    "catalog/teams/shop.yaml": "name: Shop\nmembers: [eve]\n",
    "catalog/people/bob.yaml": "name: Bob Example\nactive: false\n",
    "catalog/runbooks/errors.yaml": "name: Errors\nsteps: [{title: Look, manual: Look at it}]\n",
    "catalog/schedules/rota.yaml": "team: shop\ntimezone: UTC\nlayers: []\n",
    PAY: service("Pay", tier="4", depends_on="[cart]"),
    CARD: one_rule("service.tier == 1"),
}
SEES = "size(runbooks) > 0 && size(team.active_members) > 0 && runbooks.all(r, r.review == 'current') && oncall.covered"


@pytest.mark.parametrize("path", CHANGES)
def test_the_cache_never_hides_a_change(tmp_path: Path, path: str) -> None:
    rules = {
        "sees": ("bronze", "true", SEES),
        "around": ("bronze", "true", "dependents.all(d, d.tier < 4) && dependencies.all(d, has(d.runbooks))"),
        "people": ("bronze", "true", "size(oncall.people) > 1"),
    }
    root = write(
        tmp_path / "repository", {**SHOP, CARD: scorecard(rules), PAY: service("Pay", depends_on="[cart]")}
    )
    cache = Cache(tmp_path / "cache")
    before = score(read(root), facts(), NOW, cache=cache)
    assert score(read(root), facts(), NOW, cache=cache).letters == before.letters
    write(root, {path: CHANGES[path]})
    after = score(read(root), facts(), NOW, cache=cache)
    assert after.letters == scored(root, facts()).letters != before.letters


def test_the_cache_never_hides_a_fact_or_a_day(tmp_path: Path) -> None:
    card = scorecard(
        {
            "seen": ("bronze", "true", "facts.coverage > 80"),
            "day": ("bronze", "true", "runbooks.all(r, r.review == 'current')"),
        }
    )
    root = write(tmp_path / "repository", {**SHOP, CARD: card})
    cache = Cache(tmp_path / "cache")
    for seen, now, expected in (
        (facts(coverage=90), NOW, {"seen": "pass", "day": "pass"}),
        (facts(coverage=10), NOW, {"seen": "fail", "day": "pass"}),
        (facts(coverage=90), NOW + timedelta(days=300), {"seen": "pass", "day": "fail"}),
    ):
        assert outcomes(score(read(root), seen, now, cache=cache), "cart") == expected


def test_rules_of_one_id_in_two_scorecards_are_two(tmp_path: Path) -> None:
    other = f"name: Other\nlevels: [{{id: one}}]\nrules:\n{rule('owned', 'one', 'true', 'false')}"
    scores = scored(write(tmp_path, {**SHOP, "scorecards/other.yaml": other}))
    assert level(scores, "cart") == "silver" and level(scores, "cart", "other") == "none"


def test_many_services_are_judged_as_few_are(tmp_path: Path) -> None:
    # From some number on, a second process judges half of the services.
    more = {
        f"catalog/services/s-{at}.yaml": service(tier=str(at % 4 + 1), runbooks="[errors]" if at % 2 else "")
        for at in range(2_100)
    }
    catalog = load(folder(write(tmp_path, {**SHOP, **more})))
    together = score(catalog, NONE, NOW).letters
    half = len(together) // 2
    apart = [
        score(catalog, NONE, NOW, only=list(together)[start:end]).letters
        for start, end in ((0, half), (half, None))
    ]
    assert together == {**apart[0], **apart[1]} and len(set(together.values())) > 3
