"""The gate on real repositories: what a change does, told and judged by the rules of what it starts from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from tests.scorecards.shop import (
    CARD,
    CART,
    NOW,
    PAY,
    SHOP,
    WAIVER,
    gated,
    scorecard,
    service,
    told,
    waiver,
    without,
)
from tests.trees import commit, write

from lightship.facts.snapshot import snapshot

LEFT, GONE, ENTRY = "left pass", "deleted", "below the entry level"
RELEASED, NEWLY, BETTER, UNWAIVED = (
    "no longer judged",
    "judged, and does not pass",
    "improved",
    "waived no more",
)
Files = Mapping[str, str | bytes | None]

# What is changed in the shop, whether that blocks, and (kind, service, rule) of every change.
CASES: dict[str, tuple[Files, bool, set[tuple[str, str, str]]]] = {
    "nothing": ({}, False, set()),
    "a description": ({CART: service(description="Holds what is bought.")}, False, set()),
    "a runbook is not named any more": (
        {CART: service(runbooks="")},
        True,
        {(LEFT, "cart", "has-runbook"), (LEFT, "cart", "runbooks-reviewed")},
    ),
    "the schedule is not named any more": (
        {CART: service(schedule="")},
        True,
        {(LEFT, "cart", "has-oncall")},
    ),
    "the runbook's review is taken out": (
        {"catalog/runbooks/errors.yaml": "name: Errors\nsteps: [{title: Look, manual: Look at it}]\n"},
        True,
        {(LEFT, "cart", "runbooks-reviewed"), (LEFT, "pay", "runbooks-reviewed")},
    ),
    "the runbook is deleted": (
        {"catalog/runbooks/errors.yaml": None},
        True,
        {(LEFT, id, rule) for id in ("cart", "pay") for rule in ("has-runbook", "runbooks-reviewed")},
    ),
    "the owner is deleted": (
        {"catalog/teams/shop.yaml": None},
        True,
        {(LEFT, "cart", "owned"), (LEFT, "pay", "owned")},
    ),
    "the owner's people leave": (
        {"catalog/teams/shop.yaml": "name: Shop\nmembers: [eve]\n"},
        True,
        {(LEFT, "cart", "owned"), (LEFT, "pay", "owned")},
    ),
    "a service is deleted": (
        {CART: None},
        True,
        {
            (GONE, "cart", rule)
            for rule in ("has-runbook", "owned", "has-oncall", "runbooks-reviewed", "firm-ground")
        },
    ),
    "a service is retired": ({CART: service(lifecycle="retired")}, False, set()),
    "a service is retired and stripped": (
        {CART: "name: Cart\nowner: shop\nlifecycle: retired\n"},
        False,
        set(),
    ),
    "a service is renamed": (
        {CART: None, "catalog/services/basket.yaml": service("Basket", formerly="[cart]")},
        False,
        set(),
    ),
    "a service is renamed and loses its runbook": (
        {CART: None, "catalog/services/basket.yaml": service("Basket", formerly="[cart]", runbooks="")},
        True,
        {(LEFT, "basket", "has-runbook"), (LEFT, "basket", "runbooks-reviewed")},
    ),
    "a service is renamed without saying so": (
        {CART: None, "catalog/services/basket.yaml": service("Basket")},
        True,
        {
            (GONE, "cart", rule)
            for rule in ("has-runbook", "owned", "has-oncall", "runbooks-reviewed", "firm-ground")
        },
    ),
    "two services claim the same past": (
        {CART: None}
        | {f"catalog/services/basket-{n}.yaml": service(f"Basket {n}", formerly="[cart]") for n in (1, 2)},
        True,
        {
            (GONE, "cart", rule)
            for rule in ("has-runbook", "owned", "has-oncall", "runbooks-reviewed", "firm-ground")
        },
    ),
    "a service that lives already takes over the past of a deleted one": (
        {CART: None, PAY: service("Pay", tier="1", formerly="[cart]")},
        True,
        {
            (GONE, "cart", rule)
            for rule in ("has-runbook", "owned", "has-oncall", "runbooks-reviewed", "firm-ground")
        },
    ),
    "a bare new service claims the past of a live one": (
        {"catalog/services/sham.yaml": "name: Sham\nowner: shop\nformerly: [cart]\n"},
        False,
        set(),
    ),
    "the tier is lowered": ({CART: service(tier="3")}, False, {(RELEASED, "cart", "has-oncall")}),
    "the tier is lowered and the schedule goes with it": (
        {CART: service(tier="3", schedule="")},
        False,
        {(RELEASED, "cart", "has-oncall")},
    ),
    "the tier is lowered and the runbook goes with it": (
        {CART: service(tier="3", runbooks="")},
        True,
        {
            (RELEASED, "cart", "has-oncall"),
            (LEFT, "cart", "has-runbook"),
            (LEFT, "cart", "runbooks-reviewed"),
        },
    ),
    "a new critical dependency of lower tier": (
        {CART: service(depends_on="[slow]"), "catalog/services/slow.yaml": service("Slow", tier="4")},
        True,
        {(LEFT, "cart", "firm-ground")},
    ),
    "a neighbour's tier is lowered": (
        {CART: service(tier="4")} | {PAY: service("Pay", tier="1", depends_on="[cart]")},
        True,
        {(RELEASED, "cart", "has-oncall"), (LEFT, "pay", "firm-ground")},
    ),
    "the rule is deleted, and what it asked for": (
        {CARD: scorecard(without("has-oncall")), CART: service(schedule="")},
        True,
        {(LEFT, "cart", "has-oncall")},
    ),
    "the scorecard is deleted, and what it asked for": (
        {CARD: None, CART: service(schedule="")},
        True,
        {(LEFT, "cart", "has-oncall")},
    ),
    "the scorecard is narrowed, and a service loses": (
        {CARD: scorecard(head="applies_to: service.tier == 1\n"), CART: service(schedule="")},
        True,
        {(LEFT, "cart", "has-oncall")},
    ),
    "only the rules change": ({CARD: scorecard(without("has-oncall", "owned"))}, False, set()),
    "a waiver comes with the loss": (
        {CART: service(schedule=""), WAIVER: waiver("has-oncall")},
        False,
        set(),
    ),
    "a waiver for another rule comes with the loss": (
        {CART: service(schedule=""), WAIVER: waiver("owned")},
        True,
        {(LEFT, "cart", "has-oncall")},
    ),
    "a waiver by somebody who comes with it": (
        {
            CART: service(schedule=""),
            WAIVER: waiver("has-oncall", approved_by="mallory"),
            "catalog/people/mallory.yaml": "name: Mallory Example\n",
        },
        True,
        {(LEFT, "cart", "has-oncall")},
    ),
    "a waiver by somebody who left": (
        {CART: service(schedule=""), WAIVER: waiver("has-oncall", approved_by="eve")},
        True,
        {(LEFT, "cart", "has-oncall")},
    ),
    "a waiver that is over": (
        {CART: service(schedule=""), WAIVER: waiver("has-oncall", expires_at="2026-03-03")},
        True,
        {(LEFT, "cart", "has-oncall")},
    ),
    "a waiver dated to come": (
        {CART: service(schedule=""), WAIVER: waiver("has-oncall", approved_at="2026-03-05")},
        True,
        {(LEFT, "cart", "has-oncall")},
    ),
    "a waiver that lasts longer than the base allows": (
        {
            CART: service(schedule=""),
            WAIVER: waiver("has-oncall", expires_at="2026-12-31"),
            "lightship.yaml": "name: Test\nwaivers: {max_days: 700}\n",
        },
        True,
        {(LEFT, "cart", "has-oncall")},
    ),
    "a new service that passes nothing, where no entry level is named": (
        {"catalog/services/new.yaml": "name: New\nowner: shop\n"},
        False,
        set(),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_change_does(tmp_path: Path, case: str) -> None:
    files, blocked, expected = CASES[case]
    base = commit(tmp_path, dict(SHOP))
    write(tmp_path, files)
    found = gated(tmp_path, base)
    assert {(kind, id, rule) for kind, id, rule, _, _ in told(found)} == expected
    assert found.blocked is blocked


ENTRY_CARD = scorecard(head="entry: [{level: bronze, applies_to: service.tier == 1}]\n")


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (service("New", tier="1"), set()),
        (service("New", tier="1", runbooks=""), {"has-runbook"}),
        (service("New", tier="1", runbooks="", owner="nobody"), {"has-runbook", "owned"}),
        (service("New", tier="2", runbooks=""), set()),
        (service("New", tier="1", runbooks="", formerly="[cart]"), {"has-runbook"}),
        (service("New", tier="1", runbooks="", lifecycle="retired"), set()),
    ],
)
def test_a_new_service_reaches_the_entry_level_where_one_is_named(
    tmp_path: Path, new: str, expected: set[str]
) -> None:
    base = commit(tmp_path, {**SHOP, CARD: ENTRY_CARD})
    write(tmp_path, {"catalog/services/new.yaml": new})
    found = gated(tmp_path, base)
    assert {row[2] for row in told(found) if row[0] == ENTRY} == expected
    assert found.blocked is bool(expected)


def test_the_entry_level_is_the_bases_own(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, CARD: ENTRY_CARD})
    write(tmp_path, {CARD: scorecard(), "catalog/services/new.yaml": service("New", tier="1", runbooks="")})
    assert gated(tmp_path, base).blocked


def test_bringing_in_300_services_does_not_block_itself(tmp_path: Path) -> None:
    base = commit(tmp_path, dict(SHOP))
    write(tmp_path, {f"catalog/services/new-{n}.yaml": f"name: New {n}\nowner: shop\n" for n in range(300)})
    found = gated(tmp_path, base)
    assert not found.blocked and len(found.new) == 300


def test_a_waiver_counts_and_says_who_gave_it(tmp_path: Path) -> None:
    base = commit(tmp_path, dict(SHOP))
    write(tmp_path, {CART: service(schedule=""), WAIVER: waiver("has-oncall")})
    found = gated(tmp_path, base)
    (news,) = found.waivers
    assert (news.waiver.approved_by, news.before, news.refused) == ("ada", "pass", "")


def test_a_waiver_that_does_not_count_says_why(tmp_path: Path) -> None:
    base = commit(tmp_path, dict(SHOP))
    write(tmp_path, {WAIVER: waiver(approved_by="nobody")})
    (news,) = gated(tmp_path, base).waivers
    assert news.refused == "its approver 'nobody' is not in the catalog that this change starts from"


def test_a_waiver_that_was_there_already_is_no_news(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, CART: service(schedule=""), WAIVER: waiver("has-oncall")})
    write(tmp_path, {PAY: service("Pay", tier="1", description="Takes the money.")})
    found = gated(tmp_path, base)
    assert found.waivers == () and found.changes == ()


def test_an_extended_waiver_is_news(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, CART: service(schedule=""), WAIVER: waiver("has-oncall")})
    write(tmp_path, {WAIVER: waiver("has-oncall", expires_at="2026-06-01")})
    (news,) = gated(tmp_path, base).waivers
    assert (news.before, news.refused) == ("waived", "")


def test_a_waiver_taken_out_is_told_and_does_not_block(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, CART: service(schedule=""), WAIVER: waiver("has-oncall")})
    write(tmp_path, {WAIVER: None})
    found = gated(tmp_path, base)
    assert [each.id for each in found.ended] == ["cart-runbook"]
    assert told(found) == {(UNWAIVED, "cart", "has-oncall", "waived", "fail")} and not found.blocked


def test_a_waiver_that_runs_out_blames_nobody(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, CART: service(schedule=""), WAIVER: waiver("has-oncall")})
    write(tmp_path, {PAY: service("Pay", tier="1", description="Takes the money.")})
    found = gated(tmp_path, base, now=NOW + timedelta(days=100))
    assert not found.blocked and {row[1] for row in told(found)} <= set()


def test_who_comes_back_from_retirement_is_held_to_what_they_were(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, CARD: ENTRY_CARD, PAY: service("Pay", tier="1", lifecycle="retired")})
    write(tmp_path, {PAY: service("Pay", tier="1", schedule="", runbooks="")})
    found = gated(tmp_path, base)
    assert found.returned == ("pay",)
    kinds = {(row[0], row[2]) for row in told(found)}
    assert kinds >= {(LEFT, "has-oncall"), (LEFT, "has-runbook"), (ENTRY, "has-runbook")}


def test_a_retired_service_may_be_deleted(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, CART: service(lifecycle="retired")})
    write(tmp_path, {CART: None})
    assert not gated(tmp_path, base).blocked


def test_a_file_that_cannot_be_read_any_more_is_not_called_deleted(tmp_path: Path) -> None:
    base = commit(tmp_path, dict(SHOP))
    write(tmp_path, {CART: "name: [unclosed\n"})
    found = gated(tmp_path, base)
    assert found.gone == {} and read_errors(tmp_path) == {CART}


def read_errors(root: Path) -> set[str]:
    from tests.scorecards.shop import read

    return {finding.path for finding in read(root).findings}


def test_facts_are_the_same_on_both_sides_and_follow_a_rename(tmp_path: Path) -> None:
    seen = b'{"source": "s", "observed_at": "2026-03-04T12:00:00Z", "services": {"cart": {"open_alerts": 0}}}'
    facts = snapshot([("facts:s.json", seen)], "c0ffee")
    base = commit(tmp_path, dict(SHOP))
    write(tmp_path, {CART: None, "catalog/services/basket.yaml": service("Basket", formerly="[cart]")})
    assert told(gated(tmp_path, base, facts)) == set()
    write(tmp_path, {"catalog/services/basket.yaml": service("Basket"), CART: service()})
    found = gated(tmp_path, base, facts)
    assert not found.blocked


def test_nobody_inherits_the_facts_of_a_service_that_lives(tmp_path: Path) -> None:
    seen = b'{"source": "s", "observed_at": "2026-03-04T12:00:00Z", "services": {"cart": {"open_alerts": 0}}}'
    facts = snapshot([("facts:s.json", seen)], "c0ffee")
    card = scorecard(head="entry: [{level: gold}]\n")
    base = commit(tmp_path, {**SHOP, CARD: card})
    write(tmp_path, {"catalog/services/sham.yaml": service("Sham", formerly="[cart]")})
    assert (ENTRY, "sham", "scanned", "new", "no_data") in told(gated(tmp_path, base, facts))


def test_rule_changes_tell_whom_they_move(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, CART: service(schedule="")})
    rules = without("has-oncall", "scanned") | {"owned": ("bronze", "true", "size(team.active_members) > 5")}
    rules["new-rule"] = ("bronze", "true", "service.tier == 1")
    write(tmp_path, {CARD: scorecard(rules)})
    found = gated(tmp_path, base)
    rows = {row.rule: row for row in found.rule_changes}
    assert not found.blocked
    assert rows["has-oncall"].change == "removed"
    assert set(rows["has-oncall"].effects) == {("cart", "fail", None), ("pay", "pass", None)}
    assert (rows["owned"].change, rows["owned"].fields) == ("changed", ("check",))
    assert set(rows["owned"].effects) == {("cart", "pass", "fail"), ("pay", "pass", "fail")}
    assert set(rows["new-rule"].effects) == {("cart", None, "fail"), ("pay", None, "pass")}
    assert set(rows[""].effects) == {("cart", "bronze", None), ("pay", "silver", None)}


def test_a_rule_to_come_does_not_block(tmp_path: Path) -> None:
    card = scorecard(effective_from="2026-04-01")
    base = commit(tmp_path, {**SHOP, CARD: card})
    write(tmp_path, {CART: service(schedule="")})
    assert not gated(tmp_path, base).blocked
    assert gated(tmp_path, base, now=NOW + timedelta(days=60)).blocked


def test_files_that_cannot_be_read_change_no_rule_and_no_setting(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, "lightship.yaml": "name: Shop\nwaivers: {max_days: 90}\n"})
    write(tmp_path, {CARD: "rules: 7\n", "lightship.yaml": "nam: Shop\n"})
    gate = gated(tmp_path, base)
    assert (gate.rule_changes, gate.settings) == ((), ())


def test_settings_that_change_are_told(tmp_path: Path) -> None:
    base = commit(tmp_path, dict(SHOP))
    write(tmp_path, {"lightship.yaml": "name: Test\nowners: {waivers: shop}\nwaivers: {max_days: 700}\n"})
    assert gated(tmp_path, base).settings == (("waivers.max_days", "180", "700"),)


def test_the_first_scorecard_blames_nobody(tmp_path: Path) -> None:
    base = commit(tmp_path, {path: text for path, text in SHOP.items() if path != CARD})
    write(tmp_path, {CARD: scorecard(), CART: service(schedule="")})
    found = gated(tmp_path, base)
    assert not found.blocked and {row.change for row in found.rule_changes} == {"added"}


def test_an_improvement_is_told(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, CART: service(schedule="")})
    write(tmp_path, {CART: service()})
    found = gated(tmp_path, base)
    assert told(found) == {(BETTER, "cart", "has-oncall", "fail", "pass")} and not found.blocked


def test_a_raised_tier_is_judged_anew_and_does_not_block(tmp_path: Path) -> None:
    base = commit(tmp_path, {**SHOP, CART: service(tier="3", schedule="")})
    write(tmp_path, {CART: service(tier="1", schedule="")})
    found = gated(tmp_path, base)
    assert (NEWLY, "cart", "has-oncall", "not_applicable", "fail") in told(found) and not found.blocked


def test_evidence_names_first_what_changed(tmp_path: Path) -> None:
    needed = {f"catalog/services/need-{n}.yaml": service(f"Need {n}", tier="1") for n in range(9)}
    cart = service(depends_on=str([f"need-{n}" for n in range(9)]))
    base = commit(tmp_path, {**SHOP, **needed, CART: cart})
    write(tmp_path, {"catalog/services/need-8.yaml": service("Need 8", tier="4")})
    found = gated(tmp_path, base)
    (row,) = [each for each in found.regressions if each.change.service == "cart"]
    assert row.evidence.startswith("dependencies: need-8 (critical=true tier=4), need-0")
    assert row.evidence_before.startswith("dependencies: need-8 (critical=true tier=1), need-0")
