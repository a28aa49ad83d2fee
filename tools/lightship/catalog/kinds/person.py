"""A person: somebody who can be asked, called or trusted with an approval."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from lightship.catalog.kinds.base import (
    Day,
    Email,
    Entity,
    GithubLogin,
    Id,
    Line,
    Name,
    Part,
    PersonRef,
    ServiceRef,
    Timezone,
)


class Expertise(Part):
    """What somebody knows well."""

    topic: Annotated[Name | None, Field(description="A subject, such as 'Kafka'.")] = None
    service: Annotated[ServiceRef | None, Field(description="A service known well.")] = None
    level: Annotated[Literal["familiar", "proficient", "expert"], Field(description="How well.")] = (
        "proficient"
    )


class Person(Entity):
    """Somebody who can be asked, called or trusted with an approval."""

    kind: ClassVar[str] = "person"
    folder: ClassVar[str] = "catalog/people"
    title: ClassVar[str] = "People"

    name: Annotated[Name, Field(description="What people call them.")]
    email: Annotated[Email | None, Field(description="Also how git knows them.")] = None
    job: Annotated[Name | None, Field(description="What they do, such as 'Site reliability engineer'.")] = (
        None
    )
    github: Annotated[GithubLogin | None, Field(description="GitHub login, in lower case.")] = None
    github_id: Annotated[
        StrictInt | None, Field(ge=1, description="GitHub's numeric id: what approvals are checked against.")
    ] = None
    github_ids: Annotated[
        tuple[Annotated[StrictInt, Field(ge=1)], ...],
        Field(max_length=10, description="The numeric ids of further GitHub accounts of theirs."),
    ] = ()
    slack: Annotated[Line | None, Field(description="Slack member id or handle.")] = None
    pagerduty: Annotated[Line | None, Field(description="PagerDuty user id.")] = None
    phone: Annotated[
        str | None,
        StringConstraints(pattern=r"^\+[0-9 ]{6,20}$"),
        Field(description="For calls at night, +49 30 …"),
    ] = None
    ssh_signing_keys: Annotated[
        tuple[
            Annotated[
                str,
                StringConstraints(
                    max_length=1000,
                    pattern=r"^(ssh-ed25519|ecdsa-sha2-nistp256|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com|ssh-rsa) [A-Za-z0-9+/]+={0,3}( \S[^\n\r]*)?$",
                ),
            ],
            ...,
        ],
        Field(max_length=10, description="Public keys that sign requests and approvals."),
    ] = ()
    roles: Annotated[
        tuple[Id, ...],
        Field(max_length=20, description="leader, incident-commander, security, platform-admin …"),
    ] = ()
    expertise: Annotated[tuple[Expertise, ...], Field(max_length=50, description="What they know well.")] = ()
    manager: Annotated[PersonRef | None, Field(description="Who they report to.")] = None
    timezone: Annotated[Timezone | None, Field(description="IANA time zone.")] = None
    active: Annotated[StrictBool, Field(description="Whether they still work here.")] = True
    active_until: Annotated[
        Day | None, Field(description="The last day here, where it is known; inclusive.")
    ] = None
    delegate: Annotated[
        PersonRef | None, Field(description="Who decides in their place while they are away.")
    ] = None

    @property
    def accounts(self) -> tuple[int, ...]:
        """The numeric ids of all their GitHub accounts: whichever speaks, it is the same person."""
        return (*(() if self.github_id is None else (self.github_id,)), *self.github_ids)
