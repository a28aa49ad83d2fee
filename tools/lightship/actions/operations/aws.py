"""Operations of AWS: access by Identity Center, and what brings a service back (ECS, EC2, traffic)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from lightship.actions.operations.base import Params, Short

Account = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]


class GrantAccess(Params):
    """Give a person a permission set in an AWS account, by Identity Center."""

    refs: ClassVar[tuple[str, ...]] = ("account", "permission_set", "principal", "request")
    undo: ClassVar[str] = "revoke_access"

    account: Annotated[Account, Field(description="The account, 12 digits.")]
    permission_set: Annotated[Short, Field(description="The permission set, by name or ARN.")]
    principal: Annotated[Short, Field(description="The user in Identity Center, by user name.")]


class RevokeAccess(GrantAccess):
    """Take a permission set in an AWS account from a person."""

    undo: ClassVar[str] = ""


class RestartService(Params):
    """Start the tasks of an ECS service anew, one after the other."""

    refs: ClassVar[tuple[str, ...]] = ("deployment",)

    account: Annotated[Account, Field(description="The account, 12 digits.")]
    region: Annotated[Region, Field(description="Such as eu-central-1.")]
    cluster: Annotated[Short, Field(description="The ECS cluster.")]
    service: Annotated[Short, Field(description="The ECS service.")]


class RebootInstance(Params):
    """Reboot an EC2 instance."""

    account: Annotated[Account, Field(description="The account, 12 digits.")]
    region: Annotated[Region, Field(description="Such as eu-central-1.")]
    instance: Annotated[
        str, StringConstraints(pattern=r"^i-[0-9a-f]{8,17}$"), Field(description="The instance, i-…")
    ]


class ShiftTraffic(Params):
    """Set how much of the traffic a region gets."""

    refs: ClassVar[tuple[str, ...]] = ("previous_weight",)
    undo: ClassVar[str] = "restore_traffic"

    environment: Annotated[Short, Field(description="The environment whose share it is.")]
    region: Annotated[Region, Field(description="Such as eu-central-1.")]
    weight: Annotated[int, Field(ge=0, le=255, description="Its weight; 0 takes it out.")]


class RestoreTraffic(ShiftTraffic):
    """Give a region back the share of the traffic that it had before."""

    undo: ClassVar[str] = ""
