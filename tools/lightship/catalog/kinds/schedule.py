"""A schedule: who is on call when, as layers of rotations and overrides."""

from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, StrictInt, ValidationInfo, field_validator, model_validator

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

_YEARS = range(1970, 2200)  # local times near the calendar's own ends have no place in UTC
_DAY, _HOUR, _LONGEST = timedelta(days=1), timedelta(hours=1), timedelta(days=366)


def _length(value: timedelta) -> timedelta:
    if value < _HOUR or value > _LONGEST or (value % _DAY and _DAY % value):
        raise ValueError("a turn is whole days or weeks, up to 366 days, or hours that divide a day (12h)")
    return value


def _year(value: date) -> date:
    if value.year not in _YEARS:
        raise ValueError(f"a schedule's years are {_YEARS[0]} to {_YEARS[-1]}")
    return value


Turn = Annotated[Duration, AfterValidator(_length)]
ScheduleDay = Annotated[Day, AfterValidator(_year)]
ScheduleInstant = Annotated[Instant, AfterValidator(_year)]


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
    starts: Annotated[ScheduleDay, Field(description="The day of the first hand-over.")]
    ends: Annotated[
        ScheduleDay | None,
        Field(description="The day of the last hand-over, at which the layer is over; open where absent."),
    ] = None
    handover: Annotated[Clock, Field(description="The local time of each hand-over.")]
    length: Annotated[
        Turn,
        Field(
            description="How long a turn is, in whole days or weeks (1d, 7d, 2w), or hours that divide a day (12h)."
        ),
    ]
    restrictions: Annotated[
        tuple[Restriction, ...],
        Field(max_length=14, description="When the layer is on duty; always where absent."),
    ] = ()

    @field_validator("ends")
    @classmethod
    def _ends_after_start(cls, value: date | None, info: ValidationInfo) -> date | None:
        if value is not None and "starts" in info.data and value <= info.data["starts"]:
            raise ValueError("a layer ends after the day it starts")
        return value


class Override(Part):
    """A named person on duty for a while, whatever the layers say."""

    person: Annotated[PersonRef, Field(description="Who takes over.")]
    start: Annotated[ScheduleInstant, Field(description="From this moment.")]
    end: Annotated[ScheduleInstant, Field(description="Until just before this moment.")]
    reason: Annotated[Line | None, Field(description="Why.")] = None

    @field_validator("end")
    @classmethod
    def _ends_after_start(cls, value: datetime, info: ValidationInfo) -> datetime:
        if "start" in info.data and value <= info.data["start"]:
            raise ValueError("an override ends after it starts")
        return value


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

    @model_validator(mode="after")
    def _calls_one(self) -> Self:
        if sum(bool(target) for target in (self.person, self.schedule, self.team)) != 1:
            raise ValueError("an escalation step calls exactly one: a person, a schedule or a team")
        return self


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
    pagerduty: Annotated[
        Line | None,
        Field(description="With `source: facts`: the PagerDuty schedule that owns it, such as PABC123."),
    ] = None
    max_age: Annotated[
        Duration,
        Field(
            description="With `source: facts`: an older snapshot is not believed, and who is on call unknown."
        ),
    ] = timedelta(hours=24)
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
