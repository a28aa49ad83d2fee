"""Other people's servers that stand in for vendors, started on loopback."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

PARTNERS = Path(__file__).parents[1] / "build" / "tools" / "partners"


class Aws:
    """moto's server with one Identity Center, in which nobody has anything yet; `anew` starts over."""

    region = "eu-central-1"
    account = "111122223333"

    def __init__(self, address: str) -> None:
        self.address = address
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": self.region}
        self.admin = boto3.client("sso-admin", endpoint_url=address, **keys)
        self.store = boto3.client("identitystore", endpoint_url=address, **keys)
        self.sets: dict[str, str] = {}
        self.users: dict[str, str] = {}

    def anew(self) -> None:
        """Forget everything; then two permission sets and two users."""
        request = urllib.request.Request(f"{self.address}/moto-api/reset", method="POST")
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()
        found = self.admin.list_instances()["Instances"][0]
        self.arn, self._store = found["InstanceArn"], found["IdentityStoreId"]
        for name in ("ReadOnly", "Operator"):
            made = self.admin.create_permission_set(InstanceArn=self.arn, Name=name)["PermissionSet"]
            self.sets[name] = made["PermissionSetArn"]
            self.admin.provision_permission_set(
                InstanceArn=self.arn, PermissionSetArn=self.sets[name], TargetType="ALL_PROVISIONED_ACCOUNTS"
            )
        for name, email in (("ada@example.com", "ada@example.com"), ("grace", "grace@example.com")):
            self.users[email] = self.store.create_user(
                IdentityStoreId=self._store,
                UserName=name,
                DisplayName=name,
                Name={"GivenName": name, "FamilyName": name},
                Emails=[{"Value": email, "Primary": True}],
            )["UserId"]

    def has(self, email: str, permission_set: str) -> int:
        """How many assignments of a permission set a user has: two are one too many."""
        found = self.admin.list_account_assignments(
            InstanceArn=self.arn, AccountId=self.account, PermissionSetArn=self.sets[permission_set]
        )["AccountAssignments"]
        return sum(each["PrincipalId"] == self.users[email] for each in found)

    def assign(self, email: str, permission_set: str) -> None:
        """Give it from elsewhere."""
        self.admin.create_account_assignment(
            InstanceArn=self.arn,
            TargetId=self.account,
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=self.sets[permission_set],
            PrincipalType="USER",
            PrincipalId=self.users[email],
        )

    def forget(self, email: str) -> None:
        """Delete a user."""
        self.store.delete_user(IdentityStoreId=self._store, UserId=self.users[email])


@contextmanager
def aws() -> Iterator[Aws]:
    """moto's server, on a port of its own."""
    for name in ("werkzeug", "botocore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield Aws(f"http://{host}:{port}")
    finally:
        server.stop()


class Github:
    """A GitHub with one organisation; `team` makes a team in it, `members` and `put` look and act from elsewhere."""

    organisation = "shop"
    token = "canary-token-of-the-organisation"
    people = ("admin", "ada", "grace", "edsger")

    def __init__(self, address: str) -> None:
        self.address = address
        self._teams = 0

    def ask(self, method: str, path: str, data: Any = None) -> Any:
        """An answer as JSON, asked with the owner's token; None where there is nothing."""
        request = urllib.request.Request(f"{self.address}{path}", method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        body = None if data is None else json.dumps(data).encode()
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, body) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def team(self) -> str:
        """A new team, as organisation/team, that nobody is in."""
        self._teams += 1
        made = self.ask("POST", f"/orgs/{self.organisation}/teams", {"name": f"team-{self._teams}"})
        team = f"{self.organisation}/{made['slug']}"
        for login in self.members(team):
            self.ask("DELETE", f"/orgs/{self.organisation}/teams/{made['slug']}/memberships/{login}")
        return team

    def members(self, team: str) -> list[str]:
        """Who is in a team."""
        found = self.ask("GET", f"/orgs/{self.organisation}/teams/{team.partition('/')[2]}/members")
        return sorted(each["login"] for each in found)

    def put(self, team: str, login: str, role: str = "member") -> None:
        """Put somebody into a team."""
        path = f"/orgs/{self.organisation}/teams/{team.partition('/')[2]}/memberships/{login}"
        self.ask("PUT", path, {"role": role})


@contextmanager
def github(folder: Path) -> Iterator[Github]:
    """The emulator of GitHub, with its seed in `folder`; where it was not installed, the test is skipped."""
    program = PARTNERS / "node_modules" / "emulate" / "dist" / "index.js"
    if not program.exists() or not (PARTNERS / "node").exists():
        pytest.skip(
            "the emulator of GitHub is not installed: tests/partners/get.sh build/tools/partners fetches it"
        )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    seed = folder / "seed.json"
    owner = {"login": Github.people[0], "scopes": ["repo", "admin:org"]}
    people = [{"login": login} for login in Github.people]
    seed.write_text(
        json.dumps(
            {
                "tokens": {Github.token: owner},
                "github": {"users": people, "orgs": [{"login": Github.organisation}]},
            }
        )
    )
    command = [str(PARTNERS / "node"), str(program), "start", "--service", "github", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--seed", str(seed)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ready" in line:
                break
        else:
            raise AssertionError(f"the emulator of GitHub did not start: {''.join(said)}")
        yield Github(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
