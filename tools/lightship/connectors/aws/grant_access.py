"""aws.grant_access: a permission set in an account for a person, as an account assignment of Identity Center.

CreateAccountAssignment has no token and ends later: so assignments are listed first, and what was begun is waited for.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.actions.operations.aws import GrantAccess
from lightship.actions.vendor import Found, Refs
from lightship.connectors.aws.client import Client
from lightship.connectors.reply import Missing

USES = "aws.grant_access"
READABLE = True
LAG = 10.0  # an assignment that was begun and is not yet listed
Params = GrantAccess


def ensure(client: Client, params: GrantAccess, key: str) -> Refs:
    """Assign it, unless it is assigned, and wait for the end of that."""
    refs = _refs(client, params)
    if _is_assigned(client, refs):
        return refs
    answer = client.write("sso-admin", "create_account_assignment", **_assignment(client, refs))
    field = "AccountAssignmentCreationStatus"

    def look(request: str) -> dict[str, str]:
        said = client.read(
            "sso-admin",
            "describe_account_assignment_creation_status",
            InstanceArn=client.instance().arn,
            AccountAssignmentCreationRequestId=request,
        )
        return dict(client.taken(said, field, "the assignment"))

    status = client.taken(answer, field, "create_account_assignment")
    return {**refs, "request": client.finished(status, look)}


def probe(client: Client, params: GrantAccess, key: str) -> Refs | None:
    """The assignment, whoever made it; None also where there is no such user or permission set."""
    try:
        refs = _refs(client, params)
        return refs if _is_assigned(client, refs) else None
    except Missing:
        return None


def verify(client: Client, params: GrantAccess, key: str) -> bool:
    """Whether it is assigned."""
    return probe(client, params, key) is not None


def undo(client: Client, params: GrantAccess, key: str, refs: Refs) -> Refs:
    """Delete the assignment, and wait for the end of that. A session that runs lasts until its own end."""
    there = probe(client, params, key)
    if there is None:
        return {}
    try:
        answer = client.write("sso-admin", "delete_account_assignment", **_assignment(client, there))
    except Missing:
        return there
    field = "AccountAssignmentDeletionStatus"

    def look(request: str) -> dict[str, str]:
        said = client.read(
            "sso-admin",
            "describe_account_assignment_deletion_status",
            InstanceArn=client.instance().arn,
            AccountAssignmentDeletionRequestId=request,
        )
        return dict(client.taken(said, field, "the deletion"))

    client.finished(client.taken(answer, field, "delete_account_assignment"), look)
    return there


def listing(client: Client) -> Iterator[Found] | None:
    """Every user who has one of the permission sets that nobody has for good; None where there are none such."""
    return _listed(client) if client.temporary else None


def _listed(client: Client) -> Iterator[Found]:
    arn = client.instance().arn
    for name in client.temporary:
        which = {"InstanceArn": arn, "PermissionSetArn": client.permission_set(name)}
        operation = "list_accounts_for_provisioned_permission_set"
        for account in client.every("sso-admin", operation, "AccountIds", **which):
            for user in _users(client, account, which):
                refs = {"account": account, "permission_set": which["PermissionSetArn"], "principal": user}
                yield Found(f"{name} in {account} for {user}", refs)


def _users(client: Client, account: str, which: dict[str, str]) -> Iterator[str]:
    for each in client.every(
        "sso-admin", "list_account_assignments", "AccountAssignments", AccountId=account, **which
    ):
        if each.get("PrincipalType") == "USER":
            yield str(each.get("PrincipalId"))


def _refs(client: Client, params: GrantAccess) -> dict[str, str]:
    return {
        "account": params.account,
        "permission_set": client.permission_set(params.permission_set),
        "principal": client.user(params.principal),
    }


def _is_assigned(client: Client, refs: Refs) -> bool:
    which = {"InstanceArn": client.instance().arn, "PermissionSetArn": refs["permission_set"]}
    return refs["principal"] in _users(client, refs["account"], which)


def _assignment(client: Client, refs: Refs) -> dict[str, str]:
    return {
        "InstanceArn": client.instance().arn,
        "TargetId": refs["account"],
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": refs["permission_set"],
        "PrincipalType": "USER",
        "PrincipalId": refs["principal"],
    }
