"""Operations of PagerDuty: paging somebody, what becomes of the page, and overrides of schedules."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from lightship.actions.operations.base import Idempotency, Long, Params, Short
from lightship.catalog.kinds.base import Instant

Users = Annotated[tuple[Short, ...], Field(min_length=1, max_length=10)]


class TriggerIncident(Params):
    """Page who is on call for a service."""

    refs: ClassVar[tuple[str, ...]] = ("incident", "url")
    undo: ClassVar[str] = "resolve_incident"
    idempotency: ClassVar[Idempotency] = "key"

    service: Annotated[Short, Field(description="The PagerDuty service, such as PABC123.")]
    alert: Annotated[
        Short, Field(description="What the page is about; with the same, nobody is paged twice.")
    ]
    summary: Annotated[Short, Field(description="What is read out at night.")]
    details: Annotated[Long | None, Field(description="More, for the screen.")] = None
    urgency: Annotated[Literal["high", "low"], Field(description="high wakes people.")] = "high"


class _Paged(Params):
    """A page that exists, found by what it was about."""

    refs: ClassVar[tuple[str, ...]] = ("incident",)

    alert: Annotated[Short, Field(description="What the page was about.")]


class AcknowledgeIncident(_Paged):
    """Say that somebody has a page."""

    user: Annotated[Short, Field(description="Who has it: their PagerDuty user.")]


class EscalateIncident(_Paged):
    """Call the next level of a page's escalation policy."""

    refs: ClassVar[tuple[str, ...]] = ("incident", "level")

    level: Annotated[
        int | None, Field(ge=1, le=20, description="Which level; the next one where absent.")
    ] = None


class ReassignIncident(_Paged):
    """Give a page to others."""

    users: Annotated[Users, Field(description="Who gets it: their PagerDuty users.")]


class ResolveIncident(_Paged):
    """End a page."""

    # Taken back is what was triggered, so it accepts the same parameters.
    service: Annotated[Short | None, Field(description="The PagerDuty service.")] = None
    summary: Annotated[Short | None, Field(description="What was read out.")] = None
    details: Annotated[Long | None, Field(description="More, for the screen.")] = None
    urgency: Annotated[Literal["high", "low"], Field(description="high wakes people.")] = "high"


class CreateOverride(Params):
    """Put somebody on duty for a while, whatever the schedule says."""

    refs: ClassVar[tuple[str, ...]] = ("override",)
    undo: ClassVar[str] = "delete_override"

    schedule: Annotated[Short, Field(description="The PagerDuty schedule.")]
    user: Annotated[Short, Field(description="Who takes over: their PagerDuty user.")]
    start: Annotated[Instant, Field(description="From this moment.")]
    end: Annotated[Instant, Field(description="Until just before this moment.")]

    @model_validator(mode="after")
    def _ends_after_start(self) -> CreateOverride:
        if self.end <= self.start:
            raise ValueError("an override ends after it starts")
        return self


class DeleteOverride(CreateOverride):
    """Take an override out of a schedule."""

    undo: ClassVar[str] = ""
