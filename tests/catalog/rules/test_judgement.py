"""What rules make of a whole repository: places, severities as time passes, and no noise around a broken file."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.catalog.rules.world import NOW, WORLD, files_of, judge
from tests.trees import write

from lightship.catalog import rules
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.report.text import line

CART = "catalog/services/cart.yaml"
NIGHTS = "catalog/schedules/nights.yaml"
WAIVER = "scorecards/waivers/cart-has-slo.yaml"
RUNBOOK = "catalog/runbooks/cart-errors.yaml"
HEADING = "catalog/initiatives/heading.yaml"


def said(root: Path, files: dict[str, str | None], rule: str, now: datetime = NOW) -> list[str]:
    return [line(found) for found in judge(root, files, now) if found.rule == rule]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (CART, "name: Cart\nowner: paymentz\n", "2:8: owner-unknown: owner 'paymentz' is not a team; did you mean 'payments'?"),
        (CART, "name: Cart\nowner: zzz\n", "2:8: owner-unknown: owner 'zzz' is not a team; describe it in catalog/teams/zzz.yaml"),
        (CART, "name: Cart\nowner: payments\ndepends_on:\n  - service: chekout\n    critical: false\n", "4:14: service-unknown: 'chekout' is not a service; did you mean 'checkout'?"),
        (CART, "name: Cart\nowner: payments\ndepends_on: [cart]\n", "3:14: dependency-on-itself: 'cart' depends on itself; take it out"),
        (CART, "name: Cart\nowner: payments\nformerly: [basket, checkout]\n", "3:20: formerly-clash: 'checkout' is the id of another service today; only an id that is gone can be a former one"),
        (CART, "name: Cart\nowner: payments\nformerly: [cart]\n", "3:12: formerly-clash: 'cart' is its id today; take it out"),
        (WAIVER, WORLD[WAIVER].replace("rule: has-slo", "rule: has-sol"), "2:7: rule-unknown: 'has-sol' is not a rule of 'ready'; did you mean 'has-slo'?"),
        (HEADING, WORLD[HEADING].replace("level: silver", "level: gold"), "3:36: level-unknown: 'gold' is not a level of 'ready'; levels: bronze, silver"),
        ("scorecards/ready.yaml", WORLD["scorecards/ready.yaml"].replace("service.owner != ''", "service.owner =="), "3:68: expression-invalid: the expression is not CEL"),
        ("scorecards/ready.yaml", WORLD["scorecards/ready.yaml"].replace("size(slos)", "size(sols)"), "4:69: expression-invalid: there is no 'sols' here; did you mean 'slos'?"),
        (HEADING, f"{WORLD[HEADING]}scope: srevice.tier == 1\n", "6:8: expression-invalid: there is no 'srevice' here; did you mean 'service'?"),
        ("catalog/dashboards/board.yaml", "widgets:\n  - type: services\n    scope: service.teir == 1\n", "3:12: expression-invalid: 'service' has no field 'teir'; did you mean 'tier'?"),
        ("actions/policies/owner.yaml", "tiers:\n  - name: A\n    when: incidnt != null\n    approvers: [{ capacity: target-owner }]\n", "3:11: expression-invalid: there is no 'incidnt' here; did you mean 'incident'?"),
        ("actions/restart.yaml", f"{WORLD['actions/restart.yaml']}allow: requestr.active\n", "5:8: expression-invalid: there is no 'requestr' here; did you mean 'requester'?"),
        (RUNBOOK, "reviewed_at: 2026-05-01\nsteps:\n  - title: Restart it\n    action: restrat\n", "4:13: action-unknown: 'restrat' is not an action; did you mean 'restart'?"),
        ("lightship.yaml", "owners:\n  waivers: enginering\n", "2:12: settings-owner-unknown: waivers 'enginering' is not a team; did you mean 'engineering'?"),
    ],
)  # fmt: skip
def test_a_problem_is_said_at_its_place(tmp_path: Path, path: str, text: str, expected: str) -> None:
    rule = expected.split(": ")[1]
    (told,) = said(tmp_path, {path: text}, rule)
    assert told.startswith(f"{path}:{expected}")


@pytest.mark.parametrize("path", sorted(WORLD))
def test_a_broken_file_is_the_only_finding(tmp_path: Path, path: str) -> None:
    assert {(found.path, found.rule) for found in judge(tmp_path, {path: "name: [\n"})} == {
        (path, "yaml-invalid")
    }


@pytest.mark.parametrize("years", [1, 10, 50])
def test_time_alone_never_makes_an_error(tmp_path: Path, years: int) -> None:
    files = {
        **WORLD,
        "catalog/people/cy.yaml": "name: Cy Third\nactive_until: 2026-06-30\n",
        "catalog/teams/payments.yaml": "name: Payments\nmembers: [cy]\nlead: cy\nparent: engineering\n",
        NIGHTS: WORLD[NIGHTS].replace("[ada, ben]", "[cy]").replace("person: ada", "team: payments"),
        WAIVER: WORLD[WAIVER].replace("ada", "cy"),
        RUNBOOK: "reviewed_at: 2026-05-01\nsteps: []\nlinks: [{ title: There, url: https://example.com }]\n",
    }
    found = judge(tmp_path, files, NOW + timedelta(days=365 * years))
    assert {
        "waiver-expired",
        "runbook-review-lapsed",
        "oncall-inactive",
        "lead-inactive",
        "owner-inactive",
    } <= {finding.rule for finding in found}
    assert {finding.rule for finding in found if finding.severity == "error"} == set()


@pytest.mark.parametrize(
    ("rule", "path", "last_good", "first_bad"),
    [
        ("waiver-expired", WAIVER, "2026-07-31T23:59:59", "2026-08-01T00:00:00"),
        ("waiver-expiring", WAIVER, "2026-07-16T23:59:59", "2026-07-17T00:00:00"),
        ("runbook-review-lapsed", RUNBOOK, "2026-10-28T23:59:59", "2026-10-29T00:00:00"),
        ("initiative-overdue", HEADING, "2026-12-31T23:59:59", "2027-01-01T00:00:00"),
    ],
)
def test_a_day_holds_to_its_last_second(
    tmp_path: Path, rule: str, path: str, last_good: str, first_bad: str
) -> None:
    before, after = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (last_good, first_bad))
    assert said(tmp_path, {}, rule, before) == []
    (told,) = said(tmp_path, {}, rule, after)
    assert told.startswith(f"{path}:") and "warning" in told


def test_somebody_who_leaves_is_told_before_and_after(tmp_path: Path) -> None:
    files: dict[str, str | None] = {
        "catalog/people/ben.yaml": "name: Ben Sample\nemail: ben@example.com\nactive_until: 2026-06-30\n"
    }
    (told,) = said(tmp_path, files, "oncall-leaver")
    assert (
        "'ben' leaves on 2026-06-30 and is on call on 2026-07-01" in told
        or "is on call on 2026-06-30" in told
    )
    late = NOW + timedelta(days=60)
    assert said(tmp_path, files, "oncall-leaver", late) == []
    (told,) = said(tmp_path, files, "oncall-inactive", late)
    assert told.startswith(f"{NIGHTS}:4:") and "warning" in told and "'ben' left on 2026-06-30" in told


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ("email: eve@example.com", "email: EVE@example.com", "error"),
        ("github: eve", "github: Eve", "error"),
        ("github_id: 7", "github_id: 7", "error"),
        ("github_id: 7", "github_ids: [8, 7]", "error"),
        ("github_ids: [6, 7]", "github_id: 7", "error"),
        ("github_ids: [6, 7]", "github_ids: [7, 5]", "error"),
        ('slack: "@eve"', "slack: Eve", "error"),
        ("pagerduty: PEVE", "pagerduty: peve", "error"),
        ("ssh_signing_keys: [ssh-ed25519 AAAA eve]", "ssh_signing_keys: [ssh-ed25519 AAAA else]", "error"),
        ("email: eve@example.com", "email: eve@example.com\nactive: false", "warning"),
    ],
)
def test_an_identity_belongs_to_one_person(tmp_path: Path, one: str, other: str, severity: str) -> None:
    files = {"eve": f"name: Eve One\n{one}\n", "fay": f"name: Fay Two\n{other}\n"}
    found = judge(tmp_path, {f"catalog/people/{id}.yaml": text for id, text in files.items()})
    (told,) = (finding for finding in found if finding.rule == "identity-duplicate")
    assert (told.path, told.severity, told.line) == ("catalog/people/fay.yaml", severity, 2)
    assert "is also that of 'eve'" in told.message


@pytest.mark.parametrize(
    ("name", "severity"), [("Аda Example", "error"), ("Ada Examp1e", "warning"), ("Àda Example", "warning")]
)
def test_a_name_that_looks_like_another_is_found(tmp_path: Path, name: str, severity: str) -> None:
    found = judge(tmp_path, {"catalog/people/zed.yaml": f"name: {name}\n"})
    (told,) = (finding for finding in found if finding.rule == "identity-lookalike")
    assert (told.severity, told.line, told.column) == (severity, 1, 7)
    assert "looks like that of 'ada'" in told.message


def test_two_people_may_share_a_name(tmp_path: Path) -> None:
    found = {finding.rule for finding in judge(tmp_path, {"catalog/people/zed.yaml": "name: Ada Example\n"})}
    assert found == {"person-without-team"}


def test_thousands_of_ids_that_lead_nowhere_are_all_told_and_cost_little(tmp_path: Path) -> None:
    files: dict[str, str | None] = {
        f"catalog/services/s{at}.yaml": f"name: S{at}\nowner: payments\ndepends_on: [gone-{at}-a, gone-{at}-b]\n"
        for at in range(1000)
    }
    for path, text in {**WORLD, **files}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text or "", encoding="utf-8")
    catalog = load(folder(tmp_path))
    rules.check(catalog, NOW)
    start = time.process_time()
    found = rules.check(catalog, NOW)
    assert time.process_time() - start < 2
    assert sum(finding.rule == "service-unknown" for finding in found) == 2000


def test_errors_are_the_errors_of_all_rules(tmp_path: Path) -> None:
    known = rules.registry()
    files = {**WORLD, "catalog/people/zed.yaml": "name: Аda Example\n"}
    for rule in known.values():
        files |= files_of(rule.bad) if rule.check else {}
    catalog = load(folder(write(tmp_path, files)))
    found = rules.check(catalog, NOW)
    errors = tuple(one for one in found if one.severity == "error")
    assert len({one.rule for one in errors}) > 5 < len({one.rule for one in found if one not in errors})
    assert rules.errors(catalog, NOW) == errors
    order = ["error", "warning", "info"]
    assert all(order.index(one.severity) >= order.index(known[one.rule].worst) for one in found)


def test_the_same_catalog_and_moment_give_the_same_findings(tmp_path: Path) -> None:
    files: dict[str, str | None] = {
        "catalog/teams/payments.yaml": None,
        NIGHTS: "timezone: Europe/Berlin\nlayers:\n"
        '  - { people: [ben], starts: 2026-01-05, handover: "02:30", length: 3w }\n',
    }
    assert judge(tmp_path / "one", files) == judge(tmp_path / "two", files) != ()
