"""The workflows, run for real: what is good passes, and what is not is stopped and shown where it is."""

from __future__ import annotations

import re

import pytest
from tests.workflows.runner import ROOT, Repository

pytestmark = pytest.mark.act
CART = "catalog/services/cart.yaml"
PASSED = dict.fromkeys(("validate", "gate", "preview", "drift", "check"), "success")
HOSTILE = "x'; touch pwned; \"; touch pwned; `touch pwned` $(touch pwned) ${IFS} \n::error::pwned\n%0A"


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def without(key: str, text: str) -> str:
    """`text` without the top-level `key` and what lies below it."""
    shorter = re.sub(rf"^{key}:.*\n(?:[ -].*\n)*", "", text, flags=re.MULTILINE)
    assert shorter != text
    return shorter


def test_a_good_change_passes(made: Repository) -> None:
    run = made.pull_request(
        {CART: re.sub("^name: .*", "name: Shopping cart", read(CART), flags=re.MULTILINE)}
    )
    assert run.jobs == PASSED, run.text
    assert run.exit_code == 0
    assert not [shown for shown in run.annotations if shown.level == "error"]
    assert run.summaries["validate"].strip() and run.summaries["gate"].strip()


def test_a_worse_score_is_stopped(made: Repository) -> None:
    run = made.pull_request({CART: without("schedule", read(CART))})
    assert run.jobs == PASSED | {"gate": "failure", "check": "failure"}, run.text
    assert run.exit_code != 0
    assert "cart" in run.summaries["gate"]


def test_a_broken_file_is_shown_on_its_line(made: Repository) -> None:
    text = read(CART)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if row.startswith("owner:"))
    run = made.pull_request({CART: re.sub("^owner: .*", "owner: nobody-knows", text, flags=re.MULTILINE)})
    assert run.jobs["validate"] == run.jobs["check"] == "failure", run.text
    assert ("error", CART, line) in {(shown.level, shown.file, shown.line) for shown in run.annotations}
    assert f"line {line}" in run.summaries["validate"] and "owner" in run.summaries["validate"]


def test_a_file_that_is_no_yaml_hides_no_other(made: Repository) -> None:
    run = made.pull_request(
        {
            CART: read(CART) + "name: [\n",
            "catalog/services/new.yaml": "name: New\nowner: nobody-knows\n",
        }
    )
    assert run.jobs["validate"] == run.jobs["check"] == "failure", run.text
    assert {CART, "catalog/services/new.yaml"} <= {shown.file for shown in run.annotations}


def test_stale_generated_files_are_drift(made: Repository) -> None:
    run = made.pull_request({".github/CODEOWNERS": "* @someone-else\n"})
    assert run.jobs == PASSED | {"drift": "failure", "check": "failure"}, run.text


def test_a_hostile_title_and_branch_stay_text(made: Repository) -> None:
    title = HOSTILE.replace("\n", " ")
    run = made.pull_request({}, title=title, branch="a$(touch${IFS}pwned)`touch${IFS}pwned`;touch${IFS}pwned")
    assert run.jobs == PASSED, run.text
    assert not list(made.folder.rglob("pwned"))


def test_hostile_text_in_a_file_stays_text(made: Repository) -> None:
    quoted = HOSTILE.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    run = made.pull_request({"catalog/services/new.yaml": f'name: New\nowner: "{quoted}"\n'})
    assert run.jobs["validate"] == run.jobs["check"] == "failure", run.text
    assert "pwned" not in {shown.text for shown in run.annotations}
    assert not list(made.folder.rglob("pwned"))


def test_a_skipped_job_is_not_a_success(made: Repository) -> None:
    check = ".github/workflows/check.yml"
    edited = read(check).replace("    name: gate\n", "    name: gate\n    if: ${{ false }}\n", 1)
    run = made.pull_request({check: edited})
    assert run.jobs.get("gate") != "failure", run.text
    assert run.jobs["check"] == "failure"
    assert run.exit_code != 0


def test_a_merge_queue_is_checked_against_its_base(made: Repository) -> None:
    base = made.git("rev-parse", "main")
    made.change({CART: without("schedule", read(CART))})
    made.git("commit", "-q", "-m", "Worse")
    made.git("push", "-q", "origin", "HEAD:refs/heads/gh-readonly-queue/main/pr-7")
    event = {"merge_group": {"base_sha": base, "base_ref": "refs/heads/main"}}
    run = made.run("merge_group", "check.yml", event)
    assert run.jobs == PASSED | {"gate": "failure", "check": "failure"}, run.text


PUSH = {"ref": "refs/heads/main"}


def test_the_portal_is_kept_and_not_deployed(made: Repository) -> None:
    run = made.run("push", "publish.yml", PUSH)
    assert run.jobs["build"] == "success", run.text
    assert (made.folder / "artifacts/portal/services/cart/index.html").is_file()
    assert not (made.folder / "artifacts/github-pages").exists()
    assert not (made.folder / "deployed").exists()


def test_it_is_deployed_where_the_settings_say_so(made: Repository) -> None:
    settings = without("publish", read("lightship.yaml") + "publish:\n  pages: false\n")
    made.change({"lightship.yaml": settings + "publish:\n  pages: true\n"})
    made.git("commit", "-q", "-m", "Publish")
    made.git("push", "-q", "origin", "main")
    run = made.run("push", "publish.yml", PUSH)
    assert run.jobs == {"build": "success", "deploy": "success"}, run.text
    assert (made.folder / "artifacts/github-pages/index.html").is_file()
    assert (made.folder / "deployed").is_file()


def test_the_night_records_the_scores_of_the_day(made: Repository) -> None:
    run = made.run("schedule", "publish.yml", {"schedule": "43 3 * * *"} | PUSH)
    assert run.jobs == {"scores": "success", "build": "success"}, run.text
    made.git("fetch", "-q", "origin")
    assert made.git("log", "--format=%s", "origin/demo-journal").startswith("scores.day ")
