"""Operations of Statuspage: what customers are told."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from lightship.actions.operations.base import Idempotency, Long, Params, Short
from lightship.catalog.kinds.base import Instant

State = Literal["operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"]
Page = Annotated[Short | None, Field(description="The page's id, where there are several.")]
Components = Annotated[
    tuple[Short, ...], Field(max_length=100, description="Ids of the components that it is about.")
]
_REFERENCE = "The incident of ours that it is about; by this it is found again."


class CreateIncident(Params):
    """Tell customers of an incident."""

    refs: ClassVar[tuple[str, ...]] = ("incident", "url")
    idempotency: ClassVar[Idempotency] = "marker"

    reference: Annotated[Short, Field(description=_REFERENCE)]
    name: Annotated[Short, Field(description="Its title, in customers' words.")]
    message: Annotated[Long, Field(description="What customers notice, and what is being done.")]
    status: Annotated[
        Literal["investigating", "identified", "monitoring"], Field(description="How far it is.")
    ] = "investigating"
    components: Components = ()
    state: Annotated[State | None, Field(description="The state that its components get.")] = None
    page: Page = None


class UpdateIncident(Params):
    """Tell customers news of an incident."""

    refs: ClassVar[tuple[str, ...]] = ("incident", "update", "url")
    idempotency: ClassVar[Idempotency] = "marker"

    reference: Annotated[Short, Field(description=_REFERENCE)]
    message: Annotated[Long, Field(description="The news.")]
    status: Annotated[
        Literal["investigating", "identified", "monitoring"], Field(description="How far it is.")
    ] = "identified"
    page: Page = None


class ResolveIncident(Params):
    """Tell customers that an incident is over; its components run again unless another incident holds them."""

    refs: ClassVar[tuple[str, ...]] = ("incident", "url")

    reference: Annotated[Short, Field(description=_REFERENCE)]
    message: Annotated[Long, Field(description="What it was, and that it is over.")]
    page: Page = None


class UpdateComponent(Params):
    """Set the state of a component."""

    refs: ClassVar[tuple[str, ...]] = ("component", "previous")
    undo: ClassVar[str] = "restore_component"

    component: Annotated[Short, Field(description="The component's id.")]
    state: Annotated[State, Field(description="Its state.")]
    page: Page = None


class RestoreComponent(UpdateComponent):
    """Give a component back the state that it had before."""

    undo: ClassVar[str] = ""


class CreateMaintenance(Params):
    """Tell customers of planned work."""

    refs: ClassVar[tuple[str, ...]] = ("incident", "url")
    undo: ClassVar[str] = "cancel_maintenance"
    idempotency: ClassVar[Idempotency] = "marker"

    name: Annotated[Short, Field(description="Its title, in customers' words.")]
    message: Annotated[Long, Field(description="What customers will notice.")]
    start: Annotated[Instant, Field(description="From this moment.")]
    end: Annotated[Instant, Field(description="Until this moment.")]
    components: Components = ()
    page: Page = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> CreateMaintenance:
        if self.end <= self.start:
            raise ValueError("a maintenance ends after it starts")
        return self


class CancelMaintenance(CreateMaintenance):
    """Tell customers that planned work will not be done."""

    undo: ClassVar[str] = ""
