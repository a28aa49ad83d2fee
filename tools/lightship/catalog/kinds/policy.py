"""A policy: who must approve what."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, StrictInt

from lightship.catalog.kinds.base import Cel, Duration, Entity, Id, Name, Part, PersonRef, TeamRef

Capacity = Literal[
    "target-owner", "target-on-call", "requester-manager", "incident-commander", "role", "team", "person"
]


class Approvers(Part):
    """Some approvals from people in one capacity."""

    capacity: Annotated[Capacity, Field(description="In what capacity somebody may approve.")]
    role: Annotated[Id | None, Field(description="For capacity role: which.")] = None
    team: Annotated[TeamRef | None, Field(description="For capacity team: which.")] = None
    person: Annotated[PersonRef | None, Field(description="For capacity person: who.")] = None
    count: Annotated[StrictInt, Field(ge=1, le=10, description="How many.")] = 1


class PolicyEscalation(Part):
    """Further people who may approve after a time; nobody is taken away."""

    after: Annotated[Duration, Field(description="How long after the request.")]
    approvers: Annotated[
        tuple[Approvers, ...], Field(min_length=1, max_length=10, description="Who else may approve then.")
    ]


class PolicyTier(Part):
    """What is needed where `when` holds; the first tier that holds decides."""

    name: Annotated[Name, Field(description="What people call it.")]
    when: Annotated[Cel, Field(description="CEL over request, target, requester, incident and time.")] = (
        "true"
    )
    auto_approve: Annotated[Cel | None, Field(description="CEL: nobody needs to approve where it holds.")] = (
        None
    )
    approvers: Annotated[
        tuple[Approvers, ...], Field(max_length=10, description="All of these are needed.")
    ] = ()
    distinct: Annotated[StrictBool, Field(description="Whether one person may count only once.")] = True
    escalation: Annotated[
        tuple[PolicyEscalation, ...], Field(max_length=5, description="Who else may approve after a time.")
    ] = ()
    lifetime: Annotated[Duration | None, Field(description="How long an approval holds.")] = None


class BreakGlass(Part):
    """Acting first and being asked afterwards, during an incident."""

    people: Annotated[tuple[PersonRef, ...], Field(max_length=100, description="Who may.")] = ()
    roles: Annotated[
        tuple[Id, ...], Field(max_length=20, description="People with one of these roles may.")
    ] = ()
    severity: Annotated[
        Literal["SEV1", "SEV2", "SEV3", "SEV4", "SEV5"],
        Field(description="Only during an open incident on the target of at least this severity."),
    ]
    duration: Annotated[Duration, Field(description="How long it holds; an hour at the most.")]
    quota: Annotated[StrictInt, Field(ge=1, le=20, description="Uses by a person in 30 days.")] = 3
    review_within: Annotated[Duration, Field(description="When the review is due.")]


class Policy(Entity):
    """Who must approve what."""

    kind: ClassVar[str] = "policy"
    folder: ClassVar[str] = "actions/policies"
    title: ClassVar[str] = "Policies"

    owner: Annotated[TeamRef | None, Field(description="The team that keeps it.")] = None
    tiers: Annotated[
        tuple[PolicyTier, ...],
        Field(min_length=1, max_length=20, description="The first that holds decides; none holds: denied."),
    ]
    override: Annotated[
        tuple[Id, ...], Field(max_length=10, description="Roles whose word alone is enough, with a reason.")
    ] = ()
    break_glass: Annotated[BreakGlass | None, Field(description="Acting first, during an incident.")] = None
