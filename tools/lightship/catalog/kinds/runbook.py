"""A runbook: what to do when something breaks."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from lightship.catalog.kinds.base import (
    ActionRef,
    Day,
    Duration,
    Entity,
    Id,
    Line,
    Link,
    Part,
    PersonRef,
    TeamRef,
    Text,
)


class Step(Part):
    """One thing to do: by hand, by a command, or by an action of the portal; exactly one of the three."""

    title: Annotated[Line, Field(description="What this step achieves.")]
    manual: Annotated[Text | None, Field(description="What to do by hand.")] = None
    command: Annotated[Text | None, Field(description="What to type.")] = None
    action: Annotated[ActionRef | None, Field(description="The self-service action to ask for.")] = None
    risk: Annotated[
        Literal["none", "low", "medium", "high"], Field(description="What may go wrong by doing it.")
    ] = "low"
    expected: Annotated[Text | None, Field(description="What is seen when it worked.")] = None
    rollback: Annotated[Text | None, Field(description="How to take it back.")] = None


class Verification(Part):
    """A proof that the runbook works; void once the content changes."""

    at: Annotated[Day, Field(description="When.")]
    by: Annotated[PersonRef, Field(description="Who.")]
    method: Annotated[Literal["incident", "drill", "review"], Field(description="How it was tried.")]
    evidence: Annotated[
        Line | None, Field(description="Where it can be seen: an incident's id, a link, a note.")
    ] = None
    content_hash: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9a-f]{16}$"),
        Field(description="What `lightship runbook hash ID` printed."),
    ]


class Runbook(Entity):
    """What to do when something breaks; the services name it."""

    kind: ClassVar[str] = "runbook"
    folder: ClassVar[str] = "catalog/runbooks"
    title: ClassVar[str] = "Runbooks"

    owner: Annotated[TeamRef | None, Field(description="The team that keeps it true.")] = None
    alerts: Annotated[
        tuple[Line, ...], Field(max_length=100, description="Names of the alerts that lead here.")
    ] = ()
    symptoms: Annotated[
        tuple[Line, ...], Field(max_length=50, description="What is seen when it is needed.")
    ] = ()
    steps: Annotated[tuple[Step, ...], Field(max_length=100, description="What to do, in order.")] = ()
    reviewed_at: Annotated[Day | None, Field(description="When it was last read through.")] = None
    review_every: Annotated[Duration, Field(description="How long a review holds.")] = timedelta(days=180)
    verifications: Annotated[
        tuple[Verification, ...], Field(max_length=100, description="Proofs that it works.")
    ] = ()
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
    tags: Annotated[tuple[Id, ...], Field(max_length=50, description="Words to filter by.")] = ()
