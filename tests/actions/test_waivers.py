"""`ask-waiver` as it is shipped: asked for, agreed to, and then a file on a branch that people only have to merge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.actions.shop import Shop
from tests.trees import commit, git

from lightship import commandline
from lightship.scorecards import drafting
from lightship.scorecards.waivers import in_force

ROOT = Path(__file__).parents[2]
PATH = "scorecards/waivers/pay-ready-tiered.yaml"
INPUTS = {"scorecard": "ready", "rule": "tiered", "reason_code": "planned-work", "days": 30}
READY = """\
levels: [{ id: silver, name: Silver }]
rules:
  - { id: owned, title: Owned, level: silver, check: 'service.owner != ""', why: So, fix: Own it }
  - { id: tiered, title: Tiered, level: silver, check: service.tier == 1, why: So, fix: Say it }
"""
OLD = """\
scorecard: ready
rule: tiered
service: pay
reason_code: retiring
reason: It goes.
approved_by: ben
approved_at: 2025-01-01
expires_at: 2025-02-01
"""


def _shipped(path: str) -> str:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("owner:"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop.made(
        tmp_path_factory.mktemp("waivers") / "root",
        {
            "actions/ask-waiver.yaml": _shipped("actions/ask-waiver.yaml"),
            "actions/policies/manager-approves.yaml": _shipped("actions/policies/manager-approves.yaml"),
            "scorecards/ready.yaml": READY,
        },
    )
    ada = (shop.root / "catalog/people/ada.yaml").read_text(encoding="utf-8")
    commit(shop.root, {"catalog/people/ada.yaml": f"{ada}manager: ben\n"})
    return shop


@pytest.fixture
def shop(template: Shop, tmp_path: Path) -> Shop:
    return template.copy(tmp_path / "shop")


def ask(shop: Shop, **inputs: Any) -> str:
    return shop.ask("ask-waiver", inputs={**INPUTS, **inputs}, reason='The "fourth" position: from May on')


def catalog(shop: Shop) -> Any:
    return commandline.load(shop.root, "main")


def test_what_was_agreed_lies_ready_and_counts_once_it_is_merged(shop: Shop) -> None:
    today = datetime.now(UTC).date()
    id = ask(shop)
    assert shop.steps("execute") == [("draft", "done")]
    branch = f"waiver/{id}"
    assert git(shop.root, "diff", "--name-status", "main", branch) == f"A\t{PATH}"
    assert not (shop.root / PATH).exists()
    # Only people merge; then it counts, and nothing is wrong with it.
    git(shop.root, "merge", "--quiet", branch)
    known = catalog(shop)
    (waiver,) = in_force(known, today).values()
    assert (waiver.service, waiver.scorecard, waiver.rule) == ("pay", "ready", "tiered")
    assert (waiver.approved_by, waiver.reason) == ("ben", 'The "fourth" position: from May on')
    assert waiver.expires_at - waiver.approved_at == timedelta(days=30)
    assert "waiver" not in shop.run("validate").out
    receipt = next(entry for entry in shop.journal.entries() if entry.kind == "receipt")
    assert receipt.data["refs"] == {"branch": branch, "path": PATH}


def test_it_is_prepared_once_whoever_dies_in_between(shop: Shop, tmp_path: Path) -> None:
    """The branch lies there, and no receipt tells of it."""
    shop.with_origin(tmp_path / "origin.git")
    id = ask(shop)
    dead = shop.copy(tmp_path / "dead")
    assert shop.steps("execute") == [("draft", "done")]
    branch, tip = f"waiver/{id}", git(shop.root, "rev-parse", f"waiver/{id}")
    assert git(tmp_path / "origin.git", "rev-parse", branch) == tip
    # Another clone, that knows of no receipt, finds the branch at the remote, and leaves it as it is.
    git(dead.root, "remote", "set-url", "origin", str(tmp_path / "origin.git"))
    git(tmp_path / "origin.git", "update-ref", "refs/heads/journal", git(dead.root, "rev-parse", "journal"))
    assert dead.steps("execute") == [("draft", "done")]
    assert git(tmp_path / "origin.git", "rev-parse", branch) == tip
    assert dead.steps("execute") == dead.steps("reconcile") == []


def test_what_was_merged_and_whose_branch_is_gone_is_not_prepared_again(shop: Shop) -> None:
    id = ask(shop)
    shop.steps("execute")
    journal = git(shop.root, "rev-parse", "journal~2")
    git(shop.root, "merge", "--quiet", f"waiver/{id}")
    git(shop.root, "branch", "--quiet", "--delete", f"waiver/{id}")
    git(shop.root, "update-ref", "refs/heads/journal", journal)  # as if the run had died before its receipt
    assert shop.kinds(id)[-1] == "claim"
    outcomes = shop.run("execute").out
    assert "failed" not in outcomes and f"waiver/{id}" not in git(shop.root, "branch")


def test_a_waiver_that_is_over_is_renewed_and_not_doubled(shop: Shop) -> None:
    commit(shop.root, {"scorecards/waivers/old.yaml": OLD})
    id = ask(shop)
    assert shop.steps("execute") == [("draft", "done")]
    changed = git(shop.root, "diff", "--name-status", "main", f"waiver/{id}")
    assert changed == "M\tscorecards/waivers/old.yaml"
    git(shop.root, "merge", "--quiet", f"waiver/{id}")
    assert "waiver-" not in shop.run("validate").out


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"rule": "tired"}, "'ready' has no rule 'tired'"),
        ({"days": 170}, "170 days are more than the 100 that lightship.yaml allows"),
    ],
)
def test_what_would_not_be_valid_is_not_prepared(shop: Shop, inputs: Mapping[str, Any], said: str) -> None:
    commit(shop.root, {"lightship.yaml": "name: Test\npolicy_delay: null\nwaivers: { max_days: 100 }\n"})
    id = ask(shop, **inputs)
    assert said in shop.run("execute").err
    assert git(shop.root, "branch", "--list", f"waiver/{id}") == ""


def test_nothing_is_prepared_before_somebody_agrees(shop: Shop) -> None:
    id = shop.ask("ask-waiver", approved=False, inputs=INPUTS)
    assert shop.steps("execute") == [("draft", "pending")]
    plan = shop.run("request", "plan", id)
    assert plan.code == 0 and "approved_by: None" in plan.out
    assert git(shop.root, "branch", "--list", "waiver/*") == ""


def test_the_file_says_what_was_asked_for_whatever_that_is(shop: Shop) -> None:
    asked = {
        **INPUTS, "service": "pay", "request": "req-1", "approved_by": "ben", "reason": "a: b\n# c\t{{ d }} \u2028 é",
    }  # fmt: skip
    known = catalog(shop)
    assert drafting.refusal(known, asked) == ""
    assert drafting.refusal(known, {**asked, "approved_by": None}) == "nobody agreed to it"
    assert drafting.refusal(known, {**asked, "service": "gone"}) == "there is no service 'gone'"
    assert drafting.refusal(known, {**asked, "scorecard": "gone"}) == "there is no scorecard 'gone'"
    commit(shop.root, {PATH: drafting.text(asked, date(2026, 2, 27))})
    (waiver,) = catalog(shop).waivers.values()
    assert waiver.reason == "a: b # c {{ d }} é"
    assert (waiver.approved_at, waiver.expires_at) == (date(2026, 2, 27), date(2026, 3, 29))


def test_a_long_name_is_cut_to_one_that_is_an_id(shop: Shop) -> None:
    asked = {"service": "s" * 40, "scorecard": "c" * 23, "rule": "r" * 40}
    assert drafting.path(catalog(shop), asked) == f"scorecards/waivers/{'s' * 40}-{'c' * 23}.yaml"
