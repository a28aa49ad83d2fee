"""Operations of the portal itself: an entry of the journal, which pages, on-call and correlation read, or a branch for people."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints, model_validator

from lightship.actions.operations.base import Idempotency, Long, Params, Record, Short
from lightship.catalog.kinds.base import Id, Instant
from lightship.catalog.kinds.waiver import ReasonCode


class LockService(Record):
    """Freeze a service: nobody deploys it until it is unlocked."""

    kind: ClassVar[str] = "service.locked"
    about: ClassVar[str] = "service"
    undo: ClassVar[str] = "unlock_service"

    service: Annotated[Id, Field(description="The service.")]
    reason: Annotated[Long, Field(description="Why.")]
    by: Annotated[Id | None, Field(description="Who asked for it.")] = None


class UnlockService(LockService):
    """End the freeze of a service."""

    kind: ClassVar[str] = "service.unlocked"
    undo: ClassVar[str] = ""


class OpenMaintenance(Record):
    """Say that a service is being worked on: pages show it, and what happens to it then is expected."""

    kind: ClassVar[str] = "maintenance.planned"
    about: ClassVar[str] = "service"
    undo: ClassVar[str] = "cancel_maintenance"

    service: Annotated[Id, Field(description="The service.")]
    title: Annotated[Short, Field(description="What is done.")]
    start: Annotated[Instant, Field(description="From this moment.")]
    end: Annotated[Instant, Field(description="Until just before this moment.")]

    @model_validator(mode="after")
    def _ends_after_start(self) -> OpenMaintenance:
        if self.end <= self.start:
            raise ValueError("a maintenance ends after it starts")
        return self


class CancelMaintenance(OpenMaintenance):
    """Say that a service is not worked on after all, or no longer."""

    kind: ClassVar[str] = "maintenance.cancelled"
    undo: ClassVar[str] = ""


class OverrideShift(Record):
    """Put somebody on duty for a while, whatever the schedule's rotation says."""

    kind: ClassVar[str] = "shift.overridden"
    about: ClassVar[str] = "schedule"
    undo: ClassVar[str] = "restore_shift"

    schedule: Annotated[Id, Field(description="The schedule.")]
    person: Annotated[Id, Field(description="Who takes over.")]
    start: Annotated[Instant, Field(description="From this moment.")]
    end: Annotated[Instant, Field(description="Until just before this moment.")]
    reason: Annotated[Short | None, Field(description="Why.")] = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> OverrideShift:
        if self.end <= self.start:
            raise ValueError("an override ends after it starts")
        return self


class RestoreShift(OverrideShift):
    """Leave a shift to whoever the schedule's rotation says."""

    kind: ClassVar[str] = "shift.restored"
    undo: ClassVar[str] = ""


class DraftWaiver(Params):
    """Prepare the file of a waiver on a branch of its own, for people to look at and merge."""

    refs: ClassVar[tuple[str, ...]] = ("branch", "path")
    idempotency: ClassVar[Idempotency] = "name"

    request: Annotated[
        str,
        StringConstraints(pattern=r"^req-[0-9a-z]{1,40}$"),
        Field(description="The request: one branch each."),
    ]
    service: Annotated[Id, Field(description="The service.")]
    scorecard: Annotated[Id, Field(description="The scorecard.")]
    rule: Annotated[Id, Field(description="The rule of that scorecard.")]
    reason_code: Annotated[ReasonCode, Field(description="What sort of reason.")]
    days: Annotated[int, Field(ge=1, le=730, description="For how many days from then on.")]
    reason: Annotated[Long, Field(description="Why.")]
    approved_by: Annotated[
        Id | None, Field(description="Who agreed; without anybody, nothing is prepared.")
    ] = None
