"""The workflows of incidents, run for real: what a form asks for is in the journal at the remote, once, by its sender."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.trees import lightship
from tests.workflows.runner import ROOT, Repository, Run, repository

pytestmark = pytest.mark.act
DECLARE, UPDATE = "declare-incident.yml", "update-incident.yml"
HOSTILE = (
    "x'; touch pwned; \"; touch pwned; `touch pwned` $(touch pwned) ${IFS} ::error::pwned %0A::error::pwned"
)


def _someone() -> tuple[str, Mapping[str, Any]]:
    """A person of the demo, as GitHub names them."""
    for path in sorted((ROOT / "catalog/people").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        number = re.search(r"^github_id: (\d+)$", text, re.MULTILINE)
        if number and "active: false" not in text:
            return path.stem, {"id": int(number[1]), "login": path.stem, "type": "User"}
    raise AssertionError("the demo has nobody with a github_id")


PERSON, SENDER = _someone()
STRANGER = {"id": 4_100_000_000, "login": PERSON, "type": "User"}


def declare(made: Repository, sender: Mapping[str, Any] = SENDER, **inputs: Any) -> Run:
    form = {"service": "checkout", "severity": "SEV2", "title": "Orders are refused"}
    return made.dispatch(DECLARE, {**form, **inputs}, sender)


def incidents(made: Repository) -> list[Mapping[str, Any]]:
    """What the remote's journal says, read in a new clone."""
    folder = made.folder / "reader"
    subprocess.run(("rm", "-rf", folder), check=True)
    subprocess.run(("git", "clone", "-q", "--branch", "main", made.folder / "origin.git", folder), check=True)
    found: list[Mapping[str, Any]] = json.loads(
        lightship(folder, "incident", "list", "--all", "--format", "json").out
    )
    return found


def test_from_the_form_to_the_post_mortem(made: Repository) -> None:
    run = declare(made, title=HOSTILE)
    assert run.jobs["declare"] == "success" and run.exit_code == 0, run.text
    assert not list(made.folder.rglob("pwned")) and "pwned" not in {shown.text for shown in run.annotations}
    (declared,) = incidents(made)
    id = declared["id"]
    assert (declared["title"], declared["state"]) == (HOSTILE, "declared")
    assert declared["declared_by"] == {"name": PERSON, "verified": True}
    assert id in run.summaries["declare"]
    assert (made.folder / f"artifacts/portal/incidents/{id}/index.html").is_file()

    for inputs, state in (
        ({"do": "update", "text": "Only cards of one bank", "severity": "SEV1"}, "declared"),
        ({"do": "mitigate", "text": "That bank is switched off"}, "mitigated"),
        ({"do": "resolve", "text": "The bank mended it"}, "resolved"),
    ):
        run = made.dispatch(UPDATE, {"incident": id[-4:], **inputs}, SENDER)
        assert run.jobs["update"] == "success" and run.exit_code == 0, run.text
        assert incidents(made)[0]["state"] == state

    run = made.dispatch(UPDATE, {"incident": id, "do": "draft post-mortem"}, SENDER)
    assert run.jobs["update"] == "success", run.text
    assert f"compare/main...postmortem/{id}" in run.summaries["update"]
    made.git("fetch", "-q", "origin")
    path = f"catalog/postmortems/{id}.md"
    text = made.git("show", f"origin/postmortem/{id}:{path}") + "\n"
    checked = made.pull_request({path: text}, title=f"Post-mortem of {id}", branch=f"postmortem/{id}")
    assert checked.jobs["check"] == "success", checked.text


def test_an_unknown_service_names_the_near_miss_and_records_nothing(made: Repository) -> None:
    run = declare(made, service="chekout")
    assert run.jobs["declare"] == "failure" and run.exit_code != 0
    assert "checkout" in run.text and incidents(made) == []
    assert run.jobs.get("build") != "success"


def test_a_second_attempt_is_refused_with_the_remedy(made: Repository) -> None:
    form = {"service": "checkout", "severity": "SEV2", "title": "Orders are refused"}
    run = made.dispatch(DECLARE, form, SENDER, GITHUB_RUN_ATTEMPT="2")
    assert run.jobs["declare"] == "failure", run.text
    assert "attempt 2" in run.text and "Run workflow" in run.text
    assert incidents(made) == []


def test_a_stranger_is_recorded_as_unverified(made: Repository) -> None:
    run = declare(made, STRANGER)
    assert run.jobs["declare"] == "success", run.text
    assert incidents(made)[0]["declared_by"] == {"name": f"{PERSON} on GitHub", "verified": False}


def test_a_portal_that_cannot_be_built_and_a_broken_catalog_stop_no_record(made: Repository) -> None:
    made.change({"mkdocs.yml": "site_name: [\n", "catalog/services/cart.yaml": "name: [\n"})
    made.git("commit", "-q", "-m", "Break it")
    made.git("push", "-q", "origin", "main")
    run = declare(made)
    assert (run.jobs["declare"], run.jobs["build"]) == ("success", "failure"), run.text
    assert [each["services"] for each in incidents(made)] == [["checkout"]]


def test_two_at_once_are_both_recorded(tmp_path: Path, act: Path, demo: Path) -> None:
    made = repository(tmp_path, act)
    # Two runners: two work trees of one repository, one remote.
    second = Repository(tmp_path / "second", act)
    second.folder.mkdir()
    subprocess.run(
        ("git", "clone", "-q", "--branch", "main", made.folder / "origin.git", second.work), check=True
    )
    (second.folder / "origin.git").symlink_to(made.folder / "origin.git")
    with ThreadPoolExecutor(2) as both:
        runs = [
            both.submit(declare, each, title=f"Number {number}") for number, each in enumerate((made, second))
        ]
        assert [run.result().jobs["declare"] for run in runs] == ["success", "success"]
    assert sorted(each["title"] for each in incidents(made)) == ["Number 0", "Number 1"]
    assert lightship(made.folder / "reader", "journal", "verify").code == 0
