"""An action: something that people ask the portal to do."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StrictBool, StringConstraints

from lightship.catalog.kinds.base import Cel, Duration, Entity, Id, Link, Part, PolicyRef, TeamRef


class ActionStep(Part):
    """One call to another system."""

    id: Annotated[Id, Field(description="Its name among the steps.")]
    uses: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9]+\.[a-z0-9_]+$"),
        Field(description="vendor.operation, such as aws.grant_access."),
    ]
    with_: Annotated[
        dict[str, Any],
        Field(alias="with", max_length=50, description="Parameters; texts may be Jinja over inputs."),
    ] = {}
    undo: Annotated[
        str | None,
        StringConstraints(pattern=r"^[a-z0-9]+\.[a-z0-9_]+$"),
        Field(description="The operation that takes it back."),
    ] = None
    critical: Annotated[StrictBool, Field(description="Whether the whole stops when it cannot be done.")] = (
        True
    )


class Action(Entity):
    """Something that people ask the portal to do."""

    kind: ClassVar[str] = "action"
    folder: ClassVar[str] = "actions"
    title: ClassVar[str] = "Actions"

    owner: Annotated[TeamRef | None, Field(description="The team that keeps it.")] = None
    category: Annotated[
        Literal["access", "paging", "status", "communication", "deployment", "remediation", "governance"],
        Field(description="Where it is listed."),
    ]
    risk: Annotated[Literal["low", "medium", "high"], Field(description="What may go wrong by doing it.")] = (
        "medium"
    )
    inputs: Annotated[dict[str, Any], Field(description="JSON Schema of what is asked for.")] = {}
    allow: Annotated[Cel, Field(description="CEL: who may ask.")] = "true"
    policy: Annotated[PolicyRef, Field(description="Who must approve.")]
    steps: Annotated[
        tuple[ActionStep, ...], Field(min_length=1, max_length=20, description="What is done, in order.")
    ]
    expires: Annotated[Duration | None, Field(description="When it is taken back by itself.")] = None
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
