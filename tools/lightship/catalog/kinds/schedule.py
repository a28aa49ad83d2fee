"""A schedule: who is on call when, as layers of rotations and overrides."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictInt

from lightship.catalog.kinds.base import (
    Clock,
    Day,
    Duration,
    Entity,
    Instant,
    Line,
    Name,
    Part,
    PersonRef,
    ScheduleRef,
    TeamRef,
    Timezone,
)
from lightship.catalog.kinds.team import Weekday


class Restriction(Part):
    """A part of the week, in local time, in which a layer is on duty; it may run past midnight."""

    days: Annotated[
        tuple[Weekday, ...], Field(min_length=1, max_length=7, description="The days on which it begins.")
    ] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    start: Annotated[Clock, Field(description="Local time, HH:MM.")]
    end: Annotated[Clock, Field(description="Local time, HH:MM; at or before the start means the next day.")]


class Layer(Part):
    """A rotation: people who take turns. A later layer covers an earlier one where both are on duty."""

    name: Annotated[Name | None, Field(description="Such as 'nights'.")] = None
    people: Annotated[
        tuple[PersonRef, ...], Field(min_length=1, max_length=100, description="In the order of their turns.")
    ]
    starts: Annotated[Day, Field(description="The day of the first hand-over.")]
    ends: Annotated[Day | None, Field(description="The day of the last hand-over; open where absent.")] = None
    handover: Annotated[Clock, Field(description="The local time of each hand-over.")]
    length: Annotated[
        Duration,
        Field(
            description="How long a turn is, in whole days or weeks (1d, 7d, 2w), or hours that divide a day (12h)."
        ),
    ]
    restrictions: Annotated[
        tuple[Restriction, ...],
        Field(max_length=14, description="When the layer is on duty; always where absent."),
    ] = ()


class Override(Part):
    """A named person on duty for a while, whatever the layers say."""

    person: Annotated[PersonRef, Field(description="Who takes over.")]
    start: Annotated[Instant, Field(description="From this moment.")]
    end: Annotated[Instant, Field(description="Until just before this moment.")]
    reason: Annotated[Line | None, Field(description="Why.")] = None


class Coverage(Part):
    """What the schedule promises: when somebody has to be on call."""

    hours: Annotated[
        tuple[Restriction, ...],
        Field(max_length=14, description="When somebody has to be on call; always where absent."),
    ] = ()
    max_days: Annotated[
        StrictInt,
        Field(ge=1, le=60, description="More than this many days in a row for one person is overlong."),
    ] = 14


class EscalationLevel(Part):
    """Who is called when the person on call does not answer."""

    after: Annotated[
        StrictInt, Field(ge=1, le=240, description="Minutes without an acknowledgement before this step.")
    ] = 15
    person: Annotated[PersonRef | None, Field(description="A person to call.")] = None
    schedule: Annotated[
        ScheduleRef | None, Field(description="A schedule whose person on call is called.")
    ] = None
    team: Annotated[TeamRef | None, Field(description="A team whose lead is called.")] = None


class Schedule(Entity):
    """Who is on call when. Times are local, so summer time never moves a hand-over."""

    kind: ClassVar[str] = "schedule"
    folder: ClassVar[str] = "catalog/schedules"
    title: ClassVar[str] = "On-call schedules"

    team: Annotated[TeamRef | None, Field(description="The team that keeps it.")] = None
    timezone: Annotated[Timezone, Field(description="IANA time zone of every local time in it.")]
    source: Annotated[
        Literal["rotations", "facts"],
        Field(description="rotations: the layers below; facts: another system owns it."),
    ] = "rotations"
    layers: Annotated[
        tuple[Layer, ...], Field(max_length=20, description="Rotations; a later one covers an earlier one.")
    ] = ()
    overrides: Annotated[
        tuple[Override, ...],
        Field(max_length=500, description="Swaps and stand-ins; a later one covers an earlier one."),
    ] = ()
    coverage: Annotated[Coverage, Field(description="What the schedule promises.")] = Coverage()
    escalation: Annotated[
        tuple[EscalationLevel, ...], Field(max_length=10, description="Who is called next, in order.")
    ] = ()
