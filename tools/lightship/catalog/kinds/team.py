"""A team: people who answer for services together."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lightship.catalog.kinds.base import (
    Clock,
    Email,
    Entity,
    Id,
    Line,
    Link,
    Part,
    PersonRef,
    ScheduleRef,
    TeamRef,
    Timezone,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class WorkingHours(Part):
    """When the team is normally at work."""

    timezone: Annotated[Timezone, Field(description="IANA time zone.")]
    days: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7, description="Working days.")] = (
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
    )
    start: Annotated[Clock, Field(description="Local time, HH:MM.")]
    end: Annotated[Clock, Field(description="Local time, HH:MM.")]


class Team(Entity):
    """People who answer for services together."""

    kind: ClassVar[str] = "team"
    folder: ClassVar[str] = "catalog/teams"
    title: ClassVar[str] = "Teams"

    members: Annotated[tuple[PersonRef, ...], Field(max_length=500, description="Who is in it.")] = ()
    lead: Annotated[PersonRef | None, Field(description="Who speaks for it.")] = None
    manager: Annotated[PersonRef | None, Field(description="Who it reports to.")] = None
    parent: Annotated[TeamRef | None, Field(description="The team it is part of.")] = None
    email: Annotated[Email | None, Field(description="Where mail reaches the team.")] = None
    slack: Annotated[Line | None, Field(description="Its channel's name.")] = None
    github: Annotated[
        Line | None, Field(description="Its GitHub team, organisation/team; used in CODEOWNERS.")
    ] = None
    schedules: Annotated[
        tuple[ScheduleRef, ...], Field(max_length=50, description="The schedules it keeps.")
    ] = ()
    working_hours: Annotated[WorkingHours | None, Field(description="When it is normally at work.")] = None
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
    tags: Annotated[tuple[Id, ...], Field(max_length=50, description="Words to filter by.")] = ()
