"""Self-service from the pull request to the end of a grant, by the workflows: GitHub and AWS stand in on loopback."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests import emulators
from tests.forge.github_people import GitHub
from tests.forge.github_server import served
from tests.trees import lightship
from tests.workflows.runner import ROOT, Repository, Run, repository

from lightship.forge import asking
from lightship.forge.reading import path_of

pytestmark = pytest.mark.act
ASKER, APPROVER, STRANGER = "nia-farlight", "leila-kahkeshan", "mallory"
HOSTILE = "x'; touch pwned; \"; `touch pwned` $(touch pwned) ${IFS} ::error::pwned"
VARIABLES = {
    "AWS_REGION": "eu-central-1",
    "AWS_ROLE": "arn:aws:iam::111122223333:role/lightship-execute",
    "APP_CLIENT_ID": "Iv23example",
}
PUSH = {"ref": "refs/heads/main", "repository": {"default_branch": "main"}}


def _number(person: str) -> int:
    text = (ROOT / f"catalog/people/{person}.yaml").read_text(encoding="utf-8")
    found = re.search(r"^github_id: (\d+)$", text, re.MULTILINE)
    assert found
    return int(found[1])


def _email(person: str) -> str:
    text = (ROOT / f"catalog/people/{person}.yaml").read_text(encoding="utf-8")
    found = re.search(r"^email: (\S+)$", text, re.MULTILINE)
    assert found
    return found[1]


@dataclass(frozen=True)
class Partners:
    """A repository at a small GitHub, and an AWS that gives access."""

    made: Repository
    hub: GitHub
    aws: emulators.Aws
    url: str

    def ask(self, reason: str = "To look at a stuck order", alone: bool = True) -> tuple[str, int]:
        """A pull request that asks for read access; its request's id, and its number."""
        self.hub.tick()
        said = {
            "action": "temporary-access",
            "target": "checkout",
            "inputs": {"environment": "production-eu", "permission_set": "ReadOnly", "hours": 1},
            "reason": reason,
            "requester": ASKER,
        }
        id = asking.new_id(self.hub.now)
        files: dict[str, str | bytes | None] = {path_of(id): asking.text(said, self.hub.now)}
        if not alone:
            files["actions/policies/owner-approves.yaml"] = "tiers: [{ name: All, auto_approve: 'true' }]\n"
        self.hub.push(ASKER, f"request/{id}", files)
        return id, self.hub.open(ASKER, f"request/{id}")

    def approved(self, **said: Any) -> str:
        """A request that was asked for, approved and merged; its id."""
        id, number = self.ask(**said)
        self.hub.review(APPROVER, number)
        self.hub.merge(APPROVER, number)
        return id

    def run(self, workflow: str, work: Repository | None = None, **env: str) -> Run:
        """Run a workflow on the main branch as it is at GitHub now."""
        made = work or self.made
        self.hub.skew = (
            datetime.now(UTC) - self.hub.now
        )  # its people live a little earlier than its clock shows
        made.git("fetch", "-q", "origin")
        made.git("checkout", "-q", "--detach", "origin/main")
        given = {"GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": "acme/portal", **env}
        trigger = "schedule" if workflow == "reconcile.yml" else "push"
        return made.run(trigger, workflow, {**PUSH, "schedule": "17 * * * *"}, **given)

    @property
    def grants(self) -> int:
        """How many assignments the asker has at AWS."""
        return self.aws.has(_email(ASKER), "ReadOnly")

    def records(self, kind: str) -> list[Mapping[str, Any]]:
        """The entries of `kind` in the journal at GitHub."""
        folder = self.made.folder / "reader"
        subprocess.run(("rm", "-rf", folder), check=True)
        subprocess.run(("git", "clone", "-q", "--branch", "main", self.hub.bare, folder), check=True)
        told = lightship(folder, "journal", "log", "--format", "json").out.splitlines()
        return [entry for entry in map(json.loads, told) if entry["kind"] == kind]


@pytest.fixture
def partners(tmp_path: Path, act: Path, demo: Path) -> Iterator[Partners]:
    made = replace(repository(tmp_path, act), variables=VARIABLES)
    (tmp_path / "hub").mkdir()
    hub = GitHub(tmp_path / "hub", datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=20))
    for person in (ASKER, APPROVER):
        hub.user(person, _number(person), _email(person))
    hub.user(STRANGER, 999_999_999, "mallory@example.com")
    with emulators.aws() as aws, served(hub) as answers:
        aws.anew()
        aws.users[_email(ASKER)] = aws.store.create_user(
            IdentityStoreId=aws._store,
            UserName=_email(ASKER),
            DisplayName="Nia",
            Name={"GivenName": "Nia", "FamilyName": "Farlight"},
            Emails=[{"Value": _email(ASKER), "Primary": True}],
        )["UserId"]
        settings = (made.work / "lightship.yaml").read_text(encoding="utf-8")
        settings = re.sub(
            r"^repository: .*", "repository: https://github.com/acme/portal", settings, flags=re.M
        )
        settings = re.sub(r"^forge: .*", "forge: github", settings, flags=re.M)
        settings += f"connectors:\n  aws: {{ region: eu-central-1, endpoint: '{aws.address}' }}\n"
        action = (made.work / "actions/temporary-access.yaml").read_text(encoding="utf-8")
        action = re.sub(r"^expires: .*", "expires: 1m", action, flags=re.M)
        made.change({"lightship.yaml": settings, "actions/temporary-access.yaml": action})
        made.git("commit", "-q", "--amend", "-m", "Begin")
        made.git("remote", "set-url", "origin", str(hub.bare))
        made.git("push", "-q", "origin", "HEAD:main")
        subprocess.run(("rm", "-rf", made.folder / "origin.git"), check=True)
        (made.folder / "origin.git").symlink_to(hub.bare)
        hub.git(hub.desk, "fetch", "--quiet", "origin")
        yield Partners(made, hub, aws, answers.url)


def test_from_the_request_to_the_end_of_the_grant(partners: Partners) -> None:
    id, number = partners.ask(reason=HOSTILE)
    early = partners.run("execute.yml")
    assert early.jobs["execute"] == "success" and partners.grants == 0, early.text
    partners.hub.review(APPROVER, number)
    partners.hub.merge(APPROVER, number)
    done = partners.run("execute.yml")
    assert done.jobs["execute"] == "success", done.text
    assert partners.grants == 1, done.text
    folder = partners.made.folder
    assert not list(folder.rglob("pwned"))
    assert "canary/secret" not in done.text and "canary-app-token" not in done.text
    assert (folder / "roles").read_text("utf-8").startswith(f"{VARIABLES['AWS_ROLE']} lightship-")
    assert {*(folder / "app").read_text("utf-8").splitlines()} == {"Iv23example canary-key write "}
    assert {shown.text for shown in done.annotations}.isdisjoint({"pwned"})
    receipts = partners.records("receipt")
    assert [each["data"]["outcome"] for each in receipts if each["subject"] == f"{id}/grant"] == ["done"]
    assert "canary" not in json.dumps(receipts)
    ends = next(each for each in partners.records("claim") if each["subject"] == f"{id}/grant")["data"][
        "expires_at"
    ]
    while datetime.now(UTC) < datetime.fromisoformat(ends):
        time.sleep(1)
    over = partners.run("reconcile.yml")
    assert over.jobs["reconcile"] == "success", over.text
    assert partners.grants == 0
    gone = [
        each["data"]["outcome"] for each in partners.records("receipt") if f"{id}/grant" in each["subject"]
    ]
    assert gone[-1] == "revoked"
    page = partners.made.folder / f"artifacts/portal/requests/{id}/index.html"
    assert page.is_file() and "revoked" in page.read_text(encoding="utf-8")
    again = partners.run("execute.yml")
    assert again.jobs["execute"] == "success" and partners.grants == 0, again.text


def test_the_check_says_who_must_agree(partners: Partners) -> None:
    _, number = partners.ask()
    head = partners.hub.pulls[number]["head"]
    partners.made.git("fetch", "-q", "origin", head)
    partners.made.git("checkout", "-q", "--detach", "origin/main")
    partners.made.git("merge", "-q", "--no-ff", "-m", "Merge", head)
    partners.made.git("push", "-q", "origin", "HEAD:refs/pull/7/merge")
    event = {
        "number": 7,
        "pull_request": {"number": 7, "base": {"ref": "main"}, "head": {"ref": "x", "sha": head}},
    }
    run = partners.made.run("pull_request", "check.yml", event)
    assert run.jobs["preview"] == run.jobs["check"] == "success", run.text
    assert APPROVER in run.summaries["preview"] and "aws.grant_access" in run.summaries["preview"].replace(
        "\\", ""
    )


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"GITHUB_RUN_ATTEMPT": "2"}, "attempt 2"),
        ({"GITHUB_REPOSITORY": "mallory/portal"}, "fork"),
        ({"GITHUB_REF": "refs/heads/topic"}, "refs/heads/topic"),
    ],
    ids=["a re-run", "a fork", "another branch"],
)
def test_a_run_that_may_not_act_does_nothing(partners: Partners, env: Mapping[str, str], said: str) -> None:
    partners.approved()
    run = partners.run("execute.yml", **env)
    assert run.jobs["execute"] == "failure" and said in run.text, run.text
    assert partners.grants == 0


def test_what_nobody_reviewed_or_somebody_pushed_is_refused(partners: Partners) -> None:
    id, number = partners.ask()
    partners.hub.review(STRANGER, number)
    partners.hub.merge(APPROVER, number)
    other, _ = partners.ask(alone=False)
    held = partners.hub.pulls[max(partners.hub.pulls)]
    partners.hub.review(APPROVER, held["number"])
    partners.hub.merge(APPROVER, held["number"])
    pushed = asking.new_id(partners.hub.now)
    said = {
        "action": "temporary-access",
        "target": "checkout",
        "inputs": {"environment": "production-eu", "permission_set": "ReadOnly", "hours": 1},
        "reason": "Quick",
        "requester": ASKER,
    }
    partners.hub.push(ASKER, "main", {path_of(pushed): asking.text(said, partners.hub.now)})
    run = partners.run("execute.yml")
    assert run.jobs["execute"] == "success", run.text
    assert partners.grants == 0
    for refused in (pushed, other):
        assert re.search(rf"executing {refused}: refused: denied: ", run.text), run.text
    assert re.search(rf"executing {id} grant: pending: .*merged before enough people had approved", run.text)
    assert partners.records("claim") == []


def test_an_old_commit_and_two_runners_at_once_have_one_effect(partners: Partners) -> None:
    partners.made.git("fetch", "-q", "origin")
    old = partners.made.git("rev-parse", "origin/main")
    partners.approved()
    second = replace(partners.made, folder=partners.made.folder / "second")
    second.folder.mkdir()
    subprocess.run(("git", "clone", "-q", "--branch", "main", partners.hub.bare, second.work), check=True)
    (second.folder / "origin.git").symlink_to(partners.hub.bare)
    with ThreadPoolExecutor(2) as both:
        runs = [both.submit(partners.run, "execute.yml", each) for each in (partners.made, second)]
        assert {run.result().jobs["execute"] for run in runs} == {"success"}
    assert partners.grants == 1
    partners.made.git("checkout", "-q", "--detach", old)
    given = {"GITHUB_API_URL": partners.url, "GITHUB_REPOSITORY": "acme/portal"}
    partners.made.run("push", "execute.yml", PUSH, **given)
    assert partners.grants == 1
    assert len([each for each in partners.records("claim") if each["subject"].endswith("/grant")]) == 1
