"""Operations of the portal itself: what they do is an entry of the journal, which pages, paging and correlation read."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from lightship.actions.operations.base import Long, Record, Short
from lightship.catalog.kinds.base import Id, Instant


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


class AskWaiver(Record):
    """Put on record that a rule shall not count for a service for a while; the waiver itself is a file."""

    kind: ClassVar[str] = "waiver.asked"
    about: ClassVar[str] = "service"

    service: Annotated[Id, Field(description="The service.")]
    scorecard: Annotated[Id, Field(description="The scorecard.")]
    rule: Annotated[Id, Field(description="The rule of that scorecard.")]
    days: Annotated[int, Field(ge=1, le=730, description="For how many days.")]
    reason: Annotated[Long, Field(description="Why.")]
