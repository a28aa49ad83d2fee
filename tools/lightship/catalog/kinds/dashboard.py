"""A dashboard: a page of widgets for a role, a team, a person or whoever is on call."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lightship.catalog.kinds.base import (
    Cel,
    Entity,
    Id,
    InitiativeRef,
    Name,
    Part,
    PersonRef,
    ScheduleRef,
    ScorecardRef,
    TeamRef,
    Text,
)


class Audience(Part):
    """For whom it is; everybody where nothing is named."""

    roles: Annotated[tuple[Id, ...], Field(max_length=20, description="People with one of these roles.")] = ()
    teams: Annotated[tuple[TeamRef, ...], Field(max_length=100, description="Members of these teams.")] = ()
    people: Annotated[tuple[PersonRef, ...], Field(max_length=100, description="These people.")] = ()
    on_call: Annotated[
        tuple[ScheduleRef, ...], Field(max_length=100, description="Whoever is on call here.")
    ] = ()


class Widget(Part):
    """One thing to see."""

    type: Annotated[
        Literal["on-call", "services", "scorecard", "initiative", "runbooks", "expiring", "text"],
        Field(description="What is shown."),
    ]
    title: Annotated[Name | None, Field(description="Its heading.")] = None
    scope: Annotated[Cel, Field(description="CEL: which services it is about.")] = "true"
    scorecard: Annotated[ScorecardRef | None, Field(description="For scorecard: which.")] = None
    initiative: Annotated[InitiativeRef | None, Field(description="For initiative: which.")] = None
    text: Annotated[Text | None, Field(description="For text: what it says.")] = None


class Dashboard(Entity):
    """A page of widgets for a role, a team, a person or whoever is on call."""

    kind: ClassVar[str] = "dashboard"
    folder: ClassVar[str] = "catalog/dashboards"
    title: ClassVar[str] = "Dashboards"

    owner: Annotated[TeamRef | None, Field(description="The team that keeps it.")] = None
    audience: Annotated[Audience, Field(description="For whom it is.")] = Audience()
    widgets: Annotated[
        tuple[Widget, ...], Field(min_length=1, max_length=30, description="What is shown, in order.")
    ]
