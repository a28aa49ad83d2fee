"""The workflows of incidents, run for real: what a form asks for is in the journal at the remote, once, by its sender.

What follows from a record (what triggers ask for, the portal) is started as runs of their own, and stops no record.
"""

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
EXECUTE, PUBLISH = "execute.yml", "publish.yml"
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
WORKFLOW = {"id": 41_898_282, "login": "github-actions[bot]", "type": "Bot"}
STRANGER = {"id": 4_100_000_000, "login": PERSON, "type": "User"}


def declare(made: Repository, sender: Mapping[str, Any] = SENDER, **inputs: Any) -> Run:
    form = {"service": "checkout", "severity": "SEV2", "title": "Orders are refused"}
    return made.dispatch(DECLARE, {**form, **inputs}, sender)


def start(made: Repository, workflow: str) -> Run:
    """What GitHub does when a workflow starts another."""
    made.git("fetch", "-q", "origin")
    return made.dispatch(workflow, {}, WORKFLOW, GITHUB_REPOSITORY="astronomy-shop-example/portal")


def reader(made: Repository) -> Path:
    """A new clone of the remote."""
    folder = made.folder / "reader"
    subprocess.run(("rm", "-rf", folder), check=True)
    subprocess.run(("git", "clone", "-q", "--branch", "main", made.folder / "origin.git", folder), check=True)
    return folder


def incidents(made: Repository) -> list[Mapping[str, Any]]:
    """What the remote's journal says of incidents."""
    told = lightship(reader(made), "incident", "list", "--all", "--format", "json").out
    found: list[Mapping[str, Any]] = json.loads(told)
    return found


def outcomes(made: Repository) -> dict[str, list[str]]:
    """What the remote's journal says that came of each action's steps, in the order of their receipts."""
    told = lightship(reader(made), "journal", "log", "--format", "json").out.splitlines()
    entries = sorted(map(json.loads, told), key=lambda entry: str(entry["id"]))
    actions = {each["subject"]: each["data"]["action"] for each in entries if each["kind"] == "request.asked"}
    found: dict[str, list[str]] = {action: [] for action in actions.values()}
    for each in entries:
        if each["kind"] == "receipt":
            found[actions[each["subject"].partition("/")[0]]].append(each["data"]["outcome"])
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
    assert made.started == [EXECUTE, PUBLISH]
    assert start(made, PUBLISH).jobs["build"] == "success"
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
    assert made.started == []


def test_a_sev1_opens_its_channel_and_pages_without_waiting(made: Repository) -> None:
    run = declare(made, severity="SEV1")
    assert run.exit_code == 0 and made.started == [EXECUTE, PUBLISH], run.text
    acted = start(made, EXECUTE)
    assert acted.jobs["execute"] == acted.jobs["build"] == "success", acted.text
    told = outcomes(made)
    assert told["page-on-call"] == ["simulated"] and set(told["incident-channel"]) == {"simulated"}, told
    assert told["statuspage-open"] == []  # customers are told once somebody has agreed
    again = start(made, EXECUTE)
    assert again.jobs["execute"] == "success" and outcomes(made) == told, again.text

    run = made.dispatch(
        UPDATE, {"incident": incidents(made)[0]["id"], "do": "resolve", "text": "Over"}, SENDER
    )
    assert run.exit_code == 0 and made.started == [EXECUTE, PUBLISH] * 2, run.text


def test_a_severity_that_is_raised_is_heard_at_once(made: Repository) -> None:
    declare(made, severity="SEV3")
    assert start(made, EXECUTE).jobs["execute"] == "success"
    assert "page-on-call" not in outcomes(made)
    run = made.dispatch(UPDATE, {"incident": incidents(made)[0]["id"], "severity": "SEV1"}, SENDER)
    assert run.exit_code == 0, run.text
    assert start(made, EXECUTE).jobs["execute"] == "success"
    assert set(outcomes(made)["page-on-call"]) == {"simulated"}


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


def test_what_cannot_follow_stops_no_record(made: Repository) -> None:
    (made.folder / "github-is-down").touch()
    run = declare(made)
    # That `follow` may fail (continue-on-error) act does not heed; the audit holds the workflow to it.
    assert run.jobs == {"declare": "success", "follow": "failure"}, run.text
    assert "HTTP 502" in run.text and made.started == []
    assert [each["services"] for each in incidents(made)] == [["checkout"]]


def test_broken_workflows_portal_and_catalog_stop_no_record(made: Repository) -> None:
    broken = {"mkdocs.yml": "site_name: [\n", "catalog/services/cart.yaml": "name: [\n"}
    made.change(broken | {f".github/workflows/{EXECUTE}": "jobs: [\n"})
    made.git("commit", "-q", "-m", "Break it")
    made.git("push", "-q", "origin", "main")
    run = declare(made)
    assert run.jobs == {"declare": "success", "follow": "success"} and run.exit_code == 0, run.text
    assert [each["services"] for each in incidents(made)] == [["checkout"]]
    assert start(made, PUBLISH).jobs["build"] == "failure"


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
