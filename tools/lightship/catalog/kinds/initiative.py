"""An initiative: a goal for many services, with an end."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictInt

from lightship.catalog.kinds.base import (
    Cel,
    Day,
    Entity,
    Id,
    Line,
    Link,
    Name,
    Part,
    PersonRef,
    ScorecardRef,
    Text,
)


class RuleRef(Part):
    """A rule of a scorecard."""

    scorecard: Annotated[ScorecardRef, Field(description="The scorecard.")]
    rule: Annotated[Id, Field(description="The rule's id in it.")]


class Target(Part):
    """A level of a scorecard that every service in scope shall reach."""

    scorecard: Annotated[ScorecardRef, Field(description="The scorecard.")]
    level: Annotated[Id, Field(description="The level's id in it.")]


class Milestone(Part):
    """A share of the way."""

    name: Annotated[Name, Field(description="What is reached.")]
    due: Annotated[Day, Field(description="By when.")]
    percent: Annotated[
        StrictInt | None, Field(ge=1, le=100, description="Share of the services in scope that are done.")
    ] = None


class Initiative(Entity):
    """A goal for many services, with an end."""

    kind: ClassVar[str] = "initiative"
    folder: ClassVar[str] = "catalog/initiatives"
    title: ClassVar[str] = "Initiatives"

    objective: Annotated[Text, Field(description="What will be true in the end, and why it is worth it.")]
    sponsor: Annotated[PersonRef, Field(description="Who wants it.")]
    status: Annotated[
        Literal["planned", "active", "done", "cancelled"], Field(description="Where it stands.")
    ] = "active"
    scope: Annotated[Cel, Field(description="CEL: which services it is about.")] = "true"
    rules: Annotated[tuple[RuleRef, ...], Field(max_length=50, description="Rules to pass.")] = ()
    target: Annotated[Target | None, Field(description="A level to reach.")] = None
    starts: Annotated[Day, Field(description="The first day.")]
    due: Annotated[Day, Field(description="The last day.")]
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=20, description="Shares of the way.")] = ()
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
    note: Annotated[Line | None, Field(description="Where it stands, in a line.")] = None
