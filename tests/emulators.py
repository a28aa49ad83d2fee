"""Other people's servers that stand in for vendors, started on loopback."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer


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
